import { type Family, words } from '../rule.ts'

export const path: Family = {
  name: 'path',
  also: 'unquoted',
  rules: [
    { name: 'way up', level: 1, at: ['..'], pattern: String.raw`(?<![a-z0-9.]|\]\()\.\.(?:[/\\](?! [a-z])|%5c|%2f)` },
    {
      name: 'way up, disguised',
      level: 1,
      at: ['..', '/.', '\\.'],
      pattern: String.raw`(?:(?<=^|[/\\.=])[/\\]{1,8}\.{2,200}(?:[/\\]|$)|(?<=^)/\.{2,400}[^\w\s.]|(?<=^)\.{8,400}[a-z]|\.{2,100}[/\\]{2,8}|(?<=^|[/\\=])\.{3,200}[/\\])`,
    },
    { name: 'way up at the end', level: 1, at: ['/.', '\\.'], pattern: String.raw`[/\\]\.\.(?:$|[;?#\x00{])` },
    {
      name: 'way up in lost characters',
      level: 2,
      at: ['..'],
      pattern: String.raw`\.\.(?:2f|5c|0x2f|0x5c|%[0-9a-f]{2}|\uf025|[\u00c0\u00c1])`,
    },
    {
      name: 'way up by numbers',
      level: 2,
      at: ['x'],
      pattern: String.raw`(?<=0)x2e(?:0?x2e){1,40}|(?<=0)x(?:2f|5c)(?:\.|0x2e)`,
    },
    {
      name: 'folder that stays',
      level: 1,
      at: ['/.', './'],
      pattern: String.raw`(?:/\.){2,20}/|\./\./|/\.//|/\./(?:$|\{)`,
    },
    { name: 'folders of no name', level: 2, at: ['//'], pattern: String.raw`(?<![:\w])/{3,200}(?![-/])|(?<=^)//[.{]` },
    {
      name: 'path too long to be read',
      level: 1,
      at: ['/'],
      after: '^',
      pattern: String.raw`(?<=^)(?:/([^/])\1{200}|(?:/\.{0,3}){64})`,
    },
    {
      name: 'file of a system',
      level: 1,
      at: ['/e', '/p', '/v', '/r', '/s', '/b', '/w', '/h', '/o', '/d', '/u', '/l', '/t', '/n', '/x'],
      pattern: String.raw`(?<![\w)])/(?:etc/(?:[a-z0-9._-]{2,40})|proc/(?:self|version|cmdline|[a-z]{2,20}|\d{1,7}|sys)|var/(?:log|spool|lib|adm|mail|run|www|cpanel|lock|lp|saf|apache|mysql|backups|cache|tmp|db|webmin|htmp|etc|yp|opt|webconf)\b|root/\.?[a-z]|sys/[a-z]{3,12}|boot/[a-z.]{3,20}|dev/(?:tcp|udp|fd|null|random|zero|shm|sd[a-z]|mem)|usr/(?:local|lib|lib64|etc|share|ports|pkg|sbin|bin|home|adm|spool|apache2?|src)/|opt/(?:lampp|apache2?|xampp|nginx|[a-z0-9]{1,20}/(?:logs?|conf|etc|htdocs))|home2?[\\/][^/\\ ]{1,40}[\\/](?:\.|stable|bin|public_html|[a-z]{2,10}[\\/])|tmp/[a-z])`,
    },
    {
      name: 'file of a system, by name',
      level: 2,
      at: words(
        'etc passwd shadow boot win localstart master hosts proc web web_inf meta windows winnt autoexec system global pwd htaccess htpasswd',
      ),
      pattern: String.raw`(?:etc[/\\]?(?:passwd|shadow|group|hosts|issue|master)|(?:^|(?<=[/\\. 2f]))(?:passwd|shadow)(?:$|[%\x00.;])|boot\.ini|win\.ini|localstart\.asp|global\.asa|autoexec\.bat|web-inf|meta-inf|(?:windows|winnt)[/\\]|system\.ini|master\.passwd|proc[/\\]self)`,
    },
    {
      name: 'file that is hidden',
      level: 1,
      at: ['.h', '.s', '.b', '.g', '.e', '.m', '.p', '.a', '.k', '.d', '.n', '.x', '.r', '.f', '.w', '.t', '.v', '.c'],
      pattern: String.raw`(?<=^|[/\\ =>"'])\.(?:htaccess|htpasswd|htgroup|htdigest|ssh(?:/|$)|bash_?(?:history|profile|rc|logo?ut)|bashrc|git(?:/|$|config|ignore|-credentials|modules)|env(?:\.[a-z]{3,12})?(?:$|[;?#]| $| ?[|;&])|mysql_history|psql_history|sh_history|zsh_?(?:history|rc)|profile|rhosts|netrc|npmrc|pypirc|pgpass|my\.cnf|aws/|azure/|kube/|docker|svn/|hg/|bzr/|gnupg|xauthority|forward|viminfo|lesshst|wget-hsts|subversion|vscode/|idea/|pass(?:wd)?$|passes$|kshrc|cshrc|tcshrc|login$|logout$|access$|profile$|fetchmailrc|config/|dbshell|irb_history|node_repl_history|python_history|sqlite_history|nanorc|vimrc)`,
    },
    {
      name: 'file of a server that is asked for',
      level: 1,
      at: ['/.', '/w', '/@'],
      in: ['path'],
      pattern: String.raw`/(?:\.(?!well-known(?:/|$))[a-z][\w.-]{1,40}(?:/|$)|(?:wp-config|web\.config|wp-content/debug\.log)|@(?:id|fs)/)`,
    },
    {
      name: 'system that is asked for',
      level: 1,
      at: ['/p', '/s'],
      in: ['path'],
      pattern: `/(?:proc/[a-z0-9]{2,20}|sys/(?:class|kernel|fs|devices|block|bus|dev|firmware|module|power|hypervisor))(?:/|$)`,
    },
    {
      name: 'log or setting of a server',
      level: 2,
      at: ['/l', '/a', '/c', '/i', '/p', '/w', '/m', '\\a', '\\l', '\\c', '\\p'],
      pattern: String.raw`[/\\](?:logs?[/\\](?:access|error|miscdir|[a-z_.]{0,20}log)|(?:apache2?(?: group)?|nginx|xampp|lampp|mysql|php\d?|httpd|proftpd|www)[/\\][\w .\\/-]{0,60}(?:logs?|conf|ini|err|php)\b|(?:config|users?|admin|passwords?|database|db|connect|settings)(?:\.db|\.inc)?\.(?:php|asp|aspx|inc|ini|dat|bak|old)$|(?:php|my|httpd|nginx|apache2?|proftpd|vsftpd)\.(?:ini|conf|cnf)\b)`,
    },
    {
      name: 'file with settings or passwords',
      level: 2,
      at: words('config users pass passwords admin passwd secret database wp'),
      pattern: String.raw`(?<=^|[/\\.])(?:config|users(?:\.db)?|pass|passwords?|admin|database|wp-config)\.(?:php|asp|aspx|inc|dat|cfg|mdb|bak|inc\.php)$`,
    },
    {
      name: 'folder of Windows',
      level: 1,
      at: ['c', 'd', 'e'],
      pattern: String.raw`(?<![a-z])[c-e]:(?:[\\/]{1,4}(?:windows|winnt|boot|inetpub|program|documents and settings|users|xampp|wamp|apache|mysql|php|nginx|sysprep|system|autoexec|oracle|pagefile|recycler|log|\w{1,20}[\\/](?:logs?|conf|bin))|(?:windows|winnt|boot\.ini|inetpub))`,
    },
    {
      name: 'file by its address',
      level: 1,
      at: ['file'],
      pattern: String.raw`file: ?/{1,5}(?:[a-z]:|etc|boot|proc|var|usr|home|root|windows|c\||localhost|\.|[a-z])`,
    },
    { name: 'end of a text in a path', level: 1, at: ['%0'], pattern: `%00` },
    { name: 'share of Windows', level: 2, at: ['\\\\'], pattern: String.raw`^\\\\[\w.-]{1,60}\\[\w$.-]{1,60}` },
    {
      name: 'drive or folder as a whole',
      level: 2,
      at: ['/p', '/v'],
      pattern: String.raw`/(?:program files|volumes)[/\\(]`,
    },
  ],
}
