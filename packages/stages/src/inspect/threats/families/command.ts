import { type Family, words } from '../rule.ts'
import { programs, wordlike } from './command-names.ts'

const version = String.raw`(?:\d{0,2}(?:\.\d{1,3})?)(?:\.exe)?(?![\w=:@-])`
/** The rest of a program's name from the word on that a rule begins with, and what must follow it. */
const sure = String.raw`(?!(?:base64,|copy;|top;|sed [a-z]{2,20} [a-z]{2,20} ))[a-z_+-]{1,24}${version}['"]?(?:[+;|&)\`'"<>$}\\,/%]| (?![|(])|$)`
/** Some take numbers or texts, or tell much without an argument. */
const takesNumber = String.raw`(?<=(?:sleep|timeout|ping|kill|host|nice|tail|head)['"]?[ +]{1,3}['"]?)\d`
const takesText = String.raw`(?<=(?:echo|eval|exec|python\d?|node|php|lua|find|source|sh|test|trap)[ +]{1,3})["']|(?<=at[ +]{1,3})\d{1,2}:\d{2} ["'/-]`
const argument = String.raw`(?:-{1,2}[a-z]|/[a-z\d?]|[a-z]:[\\/]|(?<=(?:dir|del|cd|tree|vol)[ +]{1,3})[a-z]:|\.{0,2}/|\$|%[a-z]|\*|~|https?:|ftp:|${takesNumber}|${takesText}|[<>;&]|\|(?! ?[a-z]{1,20} ?\|))`
const tells = `(?<=(?:who|w|date|uptime|set|last|mount|users|groups|dir|top|history|jobs|time|ver|env|command|host|route|service|reboot|shutdown|halt) {0,2})$`
const perhaps = String.raw`[a-z_+-]{1,24}${version}(?:['"]?[ +]{1,3}['"]?${argument}|[)\`<>$}'"]|${tells}|(?<=[;|&](?:set|ver|dir|who|uptime|reboot|shutdown|halt))[;|&])`
const folders = String.raw`(?:/(?:usr/)?(?:local/)?s?bin/|usr/(?:local/)?s?bin/|s?bin/|/etc/|/tmp/|/dev/|/var/|/proc/|/home/|/root/|\./|\.\./|~/|c:\\)`
const separator = String.raw`(?:(?<!&[a-z]{2,8});|\||&|\$\()[ +&;|({"'!]{0,6}`
const separated = String.raw`(?<=${separator}['"\\]?)`
const isWhole = String.raw`(?<=(?:^|[?&][\w.-]{1,20}=)[ +"'(@]{0,4})`
const afterSeparator = ';|&(`{\'"!+$\\'
const afterStart = '^+"\'(@='
const afterQuote = '`'

export const command: Family = {
  name: 'command',
  also: 'unquoted',
  rules: [
    {
      name: 'program after a separator',
      level: 1,
      at: programs,
      after: afterSeparator,
      pattern: `${separated}${sure}`,
    },
    {
      name: 'program with an argument after a separator',
      level: 1,
      at: wordlike,
      after: afterSeparator,
      pattern: `${separated}${perhaps}`,
    },
    {
      name: 'path of a program after a separator',
      level: 1,
      at: [';', '|', '&', '$('],
      pattern: String.raw`(?:(?<!&[a-z]{2,8});|\||&|\$\()[ +&;|({"'!]{0,6}['"\\]?${folders}[\w./?*-]{1,60}`,
    },
    {
      name: 'program in backquotes',
      level: 1,
      at: [...programs, ...wordlike],
      after: afterQuote,
      pattern: String.raw`(?<=(?:^['"]?|[;|&=$(<>{])\`[ ]?)[a-z_+-]{1,24}${version}[^\`]{0,100}(?:\`[;|&'")#]{0,4})?$`,
    },
    {
      name: 'program in backquotes after a separator',
      level: 1,
      at: programs,
      after: afterQuote,
      pattern: `${'(?<=[;|&=$(]`[ ]?)'}${sure}`,
    },
    {
      name: 'path of a program in backquotes',
      level: 1,
      at: ['`'],
      pattern: String.raw`(?<=^['"]?|[;|&=$(<>{] ?)\`[ ]?${folders}`,
    },
    {
      name: 'program on a new line',
      level: 1,
      at: ['\\n', '\\r'],
      pattern: String.raw`\\[nr](?:\\[nr])?(?:/usr)?(?:/bin/)?(?:id|ls|cat|whoami|uname|wget|curl|ifconfig|netstat|sh|bash|nc|echo|sleep|exit|dir|ping)(?:[ ;|&\\]|$)`,
    },
    {
      name: 'program with an argument that is a whole value',
      level: 2,
      at: [...programs, ...wordlike],
      after: afterStart,
      pattern: String.raw`${isWhole}[a-z_+-]{1,24}${version}['"]?[ +]{1,2}['"]?(?:-{1,2}[a-z]|/[a-z\d]|[a-z]:[\\/]|(?<=(?:dir|del|cd|tree|vol)[ +]{1,2})[a-z]:|(?<=(?:ping6?|nc|ncat|netcat|telnet|ssh|nslookup|dig|nmap|traceroute|curl|wget|host)[ +]{1,2}['"]?)\d{1,3}\.\d|https?:|ftp:|\$|%[a-z]|\.{0,2}/|\*|~|<|>|\||;|&&|& ?$)`,
    },
    {
      name: 'program and a separator that are a whole value',
      level: 2,
      at: [...programs, ...wordlike],
      after: afterStart,
      pattern: `${isWhole}[a-z_+-]{1,24}${version}[;|&<>](?!=)[ ;|&<>]{0,4}(?:$|/)`,
    },
    {
      name: 'program and another',
      level: 2,
      at: programs,
      after: afterStart,
      pattern: `${isWhole}[a-z_+-]{1,24}${version}[;|&<>](?!=)[ ;|&<>]{0,4}[a-z]`,
    },
    {
      name: 'program of a few with its arguments',
      level: 2,
      at: words(
        'ansible chef invoke perf aa cscli flock cpulimit alias time python whoami nslookup ifconfig netstat rc',
      ),
      pattern: String.raw`(?<=^(?:[\w]{1,12}=)?['"]?)(?:ansible(?:-[a-z]{3,12})?|chef-[a-z]{3,8}|invoke-[a-z]{3,20}|perf|aa-[a-z]{3,12}|cscli|flock|cpulimit|alias|python\d(?:\.\d{1,2})?|whoami|nslookup|ifconfig|netstat|time (?:curl|wget|cat|ls|sh|bash|nc|perl)|rc)['"]? (?:[\w+.'"/-]{1,40}(?:$| |=|'|"))`,
    },
    {
      name: 'program of a few',
      level: 2,
      at: words('ansible chef whoami ifconfig visudo'),
      pattern: String.raw`(?<=^(?:[\w]{1,12}=)?['" ]{0,2})(?:ansible-[a-z]{3,12}|chef-(?:shell|client|run|vault)|whoami|ifconfig|visudo)(?: ?$|[;|&'"])`,
    },
    {
      name: 'command of a database’s shell',
      level: 1,
      at: [';'],
      pattern: String.raw`;(?:\\n)?n? ?\. ?(?:shell|system|sh|databases|tables|import|open|load|dump|schema|read|output)\b`,
    },
    {
      name: 'command of a mail server',
      level: 2,
      at: words('a rcpt mail retr list dele apop auth top uidl'),
      pattern: String.raw`(?<=^[ ;]{1,2})(?:a\d{1,4} [a-z]{3,14}|(?:rcpt to|mail from): ?<|(?:retr|list|dele|top|uidl) \d|apop \w{1,40} [0-9a-f]{32}|auth \w{1,20} [a-z0-9+/=]{8})`,
    },
    {
      name: 'character that ends a text and a program',
      level: 2,
      at: ['"', "'"],
      pattern: `(?<=^)['"] (?:whoami|id|ls|uname|ifconfig|cat)(?:$| [-/])`,
    },
    {
      name: 'program with its folder',
      level: 1,
      at: ['/b', '/s', '/u'],
      pattern: String.raw`(?<![\w)])/(?:usr/)?(?:local/)?s?bin/(?:[\w.+-]{1,40}|[?*\[])`,
    },
    {
      name: 'program with its folder in a value',
      level: 1,
      at: ['bin', 'sbin', 'usr'],
      after: '^"\'=;|&(`',
      pattern: String.raw`(?:usr/(?:local/)?)?s?bin/(?:${[...programs, 'ansible', 'chef'].map(each => each.replaceAll('+', '\\+')).join('|')})(?![\w./-])`,
    },
    {
      name: 'program run by another',
      level: 1,
      at: words(
        'time strace ltrace nohup sudo doas env exec command nice ionice setsid stdbuf watch xargs timeout busybox',
      ),
      after: afterStart,
      pattern: String.raw`(?<=^(?:[\w]{1,12}=)?['" ]{0,2})[a-z]{3,8}(?: -{1,2}[\w=-]{1,20}| \d{1,6}[smh]?){0,3} (?:ifconfig|whoami|uname|netstat|wget|curl|nslookup|traceroute|chmod|chown|tcpdump|bash|zsh|netcat|ncat|nmap|lsof|crontab|systemctl|useradd|passwd|printenv)(?![\w-])`,
    },
    {
      name: 'program without its alias',
      level: 1,
      at: ['\\'],
      after: '^;|&(',
      pattern: String.raw`(?<=^|[;|&(] ?)\\(?:ls|cat|id|ps|nc|wget|curl|whoami|uname|ifconfig|netstat|bash|sh|pwd)(?![a-z({])`,
    },
    {
      name: 'program run by an editor',
      level: 1,
      at: ['!'],
      pattern: String.raw`(?<=[ :\\]|^)!(?:/bin/|whoami|ifconfig|uname|bash|sh|zsh|wget|curl|cat|ls|pwd|nc|id)(?![\w-])`,
    },
    {
      name: 'variable set and run',
      level: 1,
      at: [';', '&&'],
      pattern: String.raw`(?:;|&&) ?[\w\\'"]{0,12}\$[a-z_({](?<=(?:^|[;|&= ])[a-z_]\w{0,10}=['"]?[\w/.\\\[\] -]{1,20}['"]?(?:;|&&) ?[\w\\'"]{0,12}\$[a-z_({])`,
    },
    {
      name: 'program of Windows',
      level: 1,
      at: words('cmd command powershell pwsh winnt system wscript cscript certutil'),
      pattern: String.raw`(?:(?:cmd|command|powershell|pwsh|wscript|cscript|certutil)(?:\.exe|\.com)(?![a-z])|cmd ?/[ckq]|(?:powershell|pwsh) -[a-z]{1,20}|system32[\\/])`,
    },
    {
      name: 'command run inside another',
      level: 1,
      at: ['$(', '<(', '>('],
      pattern: String.raw`(?:\$\([^()]{1,120}\)|\$\(\(|[<>]\([a-z/][^()]{0,80}\))`,
    },
    {
      name: 'variable of a shell',
      level: 1,
      at: ['$i', '${', '$@', '$*', '$#', '$-', '$!', '$0', '$1', '$h', '$p', '$s', '$u', '$b'],
      pattern: String.raw`\$(?:ifs\b|\{(?:ifs|path|home|pwd|shell|[a-z_]{1,20}[:#%/]|#|!|@|\*)|(?:path|home|pwd|shell|user|bash|bash_version|shlvl|hostname|oldpwd)\b|[@*#!-](?=[a-z/])|(?<=[a-z/]\$)\d(?=[a-z/]))`,
    },
    { name: 'function of shellshock', level: 1, at: ['()'], pattern: String.raw`\(\) ?\{` },
    { name: 'arithmetic of a shell', level: 2, at: ['$['], pattern: String.raw`\$\[[ ]?(?:\d{1,6} ?[-+*/]|\])` },
    { name: 'name for a command', level: 1, at: ['alias'], pattern: String.raw`alias (?:[-+]\w\+? ){0,2}[\w-]{1,20}=` },
    { name: 'fork bomb', level: 1, at: ['()', '{ '], pattern: String.raw`\(\) ?\{[^}]{0,40}[|&]` },
    {
      name: 'redirection',
      level: 2,
      at: ['>', '<'],
      pattern: String.raw`(?:[>]{1,2} ?(?:&\d|/(?:dev|tmp|etc|var|home)/|[\w.-]{1,40}\.(?:php|sh|asp|aspx|jsp|cgi|pl|py|txt|bat|cmd|html?) ?$)|(?<=\w ?)<<< ?['"$\w(]|<< ?['"]?eof\b|< ?/(?:dev|tmp|etc|var)/)`,
    },
    {
      name: 'words held apart by braces',
      level: 2,
      at: ['{', ','],
      pattern: String.raw`\{(?:,[a-z0-9/$"'?*#.,-]{1,60}|["'$]?(?:ls|cat|cd|echo|curl|wget|id|whoami|ifconfig|ping|sh|bash|nc|uname)["']?,[^{}\s]{0,80}|/[a-z/?*]{1,40},[^{}\s]{0,80}|[a-z]{1,8},-[a-z]{1,8})\}|(?<=^[a-z]{1,8})\{[a-z]{0,8},[a-z]{0,8}\}[a-z]{1,8}(?:$| )`,
    },
    {
      name: 'path with marks that a shell fills in',
      level: 2,
      at: ['/'],
      pattern: String.raw`(?:/[\w]{0,8}[?*\[][\w?*\]]{0,12}){2}(?<![*/]/\*|\*)(?![.;,])|/(?:etc|bin|usr|dev|tmp|var)/[\w]{0,8}[?*\[][\w?*\]/-]{0,12}|/\[[a-z/]{1,8}\][a-z]{1,8}|/[a-z]{0,4}\[[a-z/]{2,8}\]`,
    },
    {
      name: 'command of Ruby, Perl or Python',
      level: 1,
      at: words(
        'system exec popen spawn kernel process os subprocess io open commands runtime child_process execsync require import',
      ),
      pattern: String.raw`(?:(?:system|exec|popen)[ ]?\(? ?["'%][^"']{1,100}|kernel\.(?:exec|system|spawn|open|fork|\`)|process\.(?:spawn|exec|fork|daemon)|os\.(?:system|popen|exec[a-z]{1,3}|spawn[a-z]{1,3}|environ)|subprocess\.(?:popen|call|run|check_[a-z]{4,6}|getoutput)|io\.popen|commands\.getoutput)`,
    },
    {
      name: 'program in a language of one line',
      level: 1,
      at: words('perl python ruby php node lua bash sh zsh ksh irb'),
      pattern: String.raw`(?:perl|python[23]?|ruby|php|node|lua|bash|sh|zsh|ksh|irb)(?:\d(?:\.\d)?)? -{1,2}(?:e|c|r|i|n|p|ne|pe|le|eval)(?![a-z])`,
    },
    {
      name: 'connection by a shell',
      level: 1,
      at: ['/d', 'nc', 'ncat', 'mkfifo'],
      pattern: String.raw`(?:/dev/(?:tcp|udp)/|(?:nc|ncat) -[a-z]{1,8}\b|mkfifo /)`,
    },
    {
      name: 'condition or loop of a batch file',
      level: 1,
      at: ['if', 'for'],
      pattern: String.raw`(?:if(?: /i)? (?:not )?(?:exist|defined|errorlevel|cmdextversion)\b|if(?: ?/i)?(?: not)? ?(?:[^= ]{1,40}(?:={2,3}[^=: ]{1,40} (?<![^()]\) )[a-z(.]| ?== ?[^= ]{1,40} (?:\(|echo|set|goto|del|call)\b| (?:equ|neq|lss|leq|gtr|geq) )|["\[(]?%[^= ]{1,30} ?== ?)|for(?: /[dflr])?(?: [^%]{0,40})? %{1,2}[^ ]{1,20} in ?\()`,
    },
    {
      name: 'download',
      level: 1,
      at: words('wget curl fetch lwp'),
      pattern: String.raw`(?:wget|curl|fetch|lwp-[a-z]{3,8})(?: -[\w-]{1,22}(?![\w-])(?:[= ][^ ]{1,60}(?= ))?){0,3} ['"]?(?:https?|ftp|\d{1,3}\.|[\w-]{1,40}\.[a-z]{2,8}[/ :]|google\.)`,
    },
    {
      name: 'variable of Windows',
      level: 2,
      at: ['%'],
      pattern: `%(?:systemroot|windir|comspec|userprofile|appdata|temp|programfiles|path|username|computername|systemdrive|homepath|errorlevel|os)(?::[^%]{1,20})?%`,
    },
    {
      name: 'command of a user or a registry',
      level: 1,
      at: words('net reg netsh sc wmic'),
      pattern: String.raw`(?:net (?:user|localgroup|group|share|start|stop|view|use|accounts)\b|reg (?:add|query|delete|save|export)\b|netsh [a-z]{3,12} |sc (?:create|config|query|start|stop)\b|wmic [a-z]{2,12} )`,
    },
    {
      name: 'history of a shell',
      level: 2,
      at: ['!', '~'],
      pattern: String.raw`(?<=^|[\s;|&(])(?:!(?:-?\d{1,5}(?=$|[ ;|&!])|!(?=$|[ ;|&]))|~[+-]?\d{0,2}(?:$|/(?![a-z])))`,
    },
  ],
}
