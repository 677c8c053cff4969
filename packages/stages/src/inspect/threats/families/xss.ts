import { type Family, words } from '../rule.ts'

const tag = (names: string) => `<[ /]{0,3}(?:[a-z]{1,10}:)?(?:${words(names).join('|')})(?![a-z])`

export const xss: Family = {
  name: 'xss',
  also: 'uncommented',
  rules: [
    {
      name: 'element that runs or loads',
      level: 1,
      at: ['<'],
      pattern: `${tag(`script iframe frame frameset object embed applet meta link base style svg math animate
        animatetransform animatemotion set handler listener xml import layer ilayer bgsound isindex keygen portal
        noscript noembed noframes xmp plaintext template vmlframe xss event-source foreignobject marquee x`)}`,
    },
    {
      name: 'element of a page or a form',
      level: 2,
      at: ['<'],
      pattern: `${tag(`html head body title form input button textarea select option video audio source track picture
        canvas map area dialog menu menuitem fieldset label output datalist optgroup basefont blink image comment
        nowiki rect circle path ellipse polygon text defs symbol feimage fecomponenttransfer doc stylesheet`)}`,
    },
    {
      name: 'handler in an element',
      level: 1,
      at: ['on~'],
      pattern: String.raw`on[a-z]{3,40}[^a-z<>=]{0,5}=(?:(?<=(?:<[a-z!/][^<>]{0,200}[^a-z<>]|["'\`>)]|["'\`>][ /]{1,3})on[a-z]{3,40}[^a-z<>=]{0,5}=)|(?<=[\s/\d]on[a-z]{3,40}[^a-z<>=]{0,5}=)[ "'\`]{0,3}[\w.$]{1,40} ?[(\`=])`,
    },
    {
      name: 'handler',
      level: 2,
      at: ['on~'],
      pattern: String.raw`(?<![\w.?&-])on(?:abort|activate|afterprint|after[a-z]{4,16}|animation[a-z]{3,10}|auxclick|before[a-z]{3,18}|begin|blur|bounce|canplay|canplaythrough|cellchange|change|click|close|command|contextmenu|controlselect|copy|cuechange|cut|dataavailable|dataset[a-z]{6,9}|dblclick|deactivate|drag[a-z]{0,6}|drop|durationchange|emptied|end|ended|error|errorupdate|filterchange|finish|focus|focusin|focusout|formchange|forminput|formdata|fullscreenchange|gotpointercapture|hashchange|help|input|invalid|key(?:down|press|up)|layoutcomplete|load|load[a-z]{4,8}|losecapture|lostpointercapture|media[a-z]{5,10}|message|mouse[a-z]{2,6}|move|moveend|movestart|offline|online|outofsync|page(?:hide|show)|paste|pause|play|playing|pointer[a-z]{2,14}|popstate|progress|propertychange|ratechange|readystatechange|repeat|reset|resize|resizeend|resizestart|resume|reverse|row[a-z]{4,8}|scroll|scrollend|search|seek|seeked|seeking|select|selectionchange|selectstart|show|stalled|start|stop|storage|submit|suspend|syncrestored|timeerror|timeupdate|toggle|touch[a-z]{3,6}|trackchange|transition[a-z]{3,6}|undo|redo|unhandledrejection|unload|urlflip|volumechange|waiting|webkit[a-z]{5,30}|wheel|zoom|fullscreen)[ \x00-\x1f/]{0,3}=`,
    },
    {
      name: 'address that is a program',
      level: 1,
      at: [
        'j',
        'ja',
        'jav',
        'java',
        'javas',
        'javasc',
        'javascr',
        'javascri',
        'javascrip',
        'javascript',
        'v',
        'vb',
        'vbs',
        'vbscript',
        'livescript',
        'mocha',
        'jscript',
        'view',
      ],
      pattern: String.raw`(?:j[ \\]?a[ \\]?v[ \\]?a[ \\]?s[ \\]?c[ \\]?r[ \\]?i[ \\]?p[ \\]?t|v ?b ?s ?(?:c ?r ?i ?p ?t)?|livescript|mocha|jscript|view-source)[^a-z0-9]{0,2}:(?!//[a-z]|:)(?:["'(\w/%&*;+!\[{\`~\\-]| ?$)`,
    },
    {
      name: 'address that is a document',
      level: 1,
      at: ['data'],
      pattern: `data ?: ?(?:text/(?:html|javascript|xml|xsl)|application/(?:x-)?(?:javascript|xhtml|xml|ecmascript)|image/svg|(?:[a-z]{1,12}(?:/[a-z-]{1,20})?)?[;,][^,]{0,30},?[^a-z0-9]{0,3}(?:<|alert|%3c))`,
    },
    {
      name: 'style that runs or loads',
      level: 1,
      at: ['expression', 'behavior', 'behaviour', '-m', 'binding', '@i', 'url', 'e', 'exp', 'expre', 'expr', 'ex'],
      pattern: String.raw`(?:e ?x ?p ?r ?e ?s ?s ?i ?o ?n ?\(|(?:ex?p?r?e?s?s?i?o?)/\*|behaviou?r ?: ?url|(?:-moz-)?binding ?: ?url|@import\b|url ?\( ?['"]? ?(?:javascript|vbscript|data:text))`,
    },
    {
      name: 'style in an element',
      level: 2,
      at: ['style'],
      pattern: `style ?=(?<=<[a-z][^<>]{0,80}style ?=)`,
    },
    {
      name: 'call of a page’s script',
      level: 1,
      at: words('alert confirm prompt eval settimeout setinterval execscript msgbox fromcharcode unescape'),
      pattern: String.raw`(?<![a-z._-])(?:alert|confirm|prompt|eval|settimeout|setinterval|execscript|msgbox|fromcharcode|unescape)[ )\]]{0,3}(?:\(|\`|\?\.\(|&lpar)`,
    },
    {
      name: 'part of a page read or written',
      level: 1,
      at: words('document window self top parent this location string frames globalthis opener'),
      pattern: String.raw`(?:document ?(?:\. ?(?:cookie|write|writeln|domain|location|body|createelement|getelement|url|documenturi|referrer|forms|open|execcommand|domain|implementation|all|queryselector|documentelement|head|title)|[ )]{0,3}\[)|(?:window|self|top|parent|this|frames|globalthis|opener) ?(?:\[ ?['"/\`+]|\. ?(?:location|onerror|document|opener|top|parent|constructor|name ?[=\[.;)]|(?:open|alert|eval|settimeout) ?[(\[\`?]))|location ?(?:=|\. ?(?:href|hash|assign|replace|search)|\[)|string ?\. ?fromcharcode)`,
    },
    {
      name: 'property of a page',
      level: 1,
      at: words(
        'innerhtml outerhtml insertadjacenthtml srcdoc formaction attributename xlink fscommand datafld datasrc dataformatas dynsrc lowsrc implementation xmlhttprequest activexobject documentelement getelementsbytagname',
      ),
      pattern: String.raw`(?:(?:innerhtml|outerhtml|srcdoc|formaction|attributename|datafld|datasrc|dataformatas|dynsrc|lowsrc|fscommand) ?=|xlink:href ?=|insertadjacenthtml ?\(|implementation ?=|new xmlhttprequest|xmlhttprequest ?\(|activexobject ?\(|documentelement ?\.|getelementsbytagname ?\()`,
    },
    {
      name: 'markup closed and opened',
      level: 2,
      at: ['"', "'", '`'],
      pattern: String.raw`["'\`][ /]{0,3}>(?=[ ]?[^ =]|$)(?<!<[^<>]{0,200}["'\`][ /]{0,3}>)`,
    },
    {
      name: 'markup of an XML page',
      level: 2,
      at: ['<!', '<?', '<%'],
      pattern: String.raw`<(?:!(?:\[cdata|doctype|entity|attlist|element|-{2}(?:\[if|#|>|!|[^-]{0,60}<)|--$)|\?(?:import|xml-stylesheet|xml)|!? ?[a-z]{1,20} ?= ?["'])`,
    },
    {
      name: 'end of a program or a comment',
      level: 2,
      at: ['--', '</', '*/'],
      pattern: `(?:--!?>(?:(?<=^[ ]?--!?>|["'>]--!?>)|(?= ?<(?!!--)))|</(?:[a-z]{1,12}:)?(?:script|style|title|textarea|html|body|head|xmp|noscript|svg|math|iframe|template|table|div|x|select|option|plaintext|nowiki)(?![a-z]))`,
    },
    {
      name: 'mark that opens an element, encoded and alone',
      level: 2,
      at: ['%', '&', '\\'],
      after: '^',
      pattern: String.raw`(?<=^)(?:%3c|&(?:lt|#0{0,7}60|#x0{0,7}3c);?|\\(?:x|u00)3c)$`,
    },
    {
      name: 'element with a namespace',
      level: 2,
      at: ['xmlns'],
      pattern: `(?<=[ /"'])xmlns(?::[a-z]{1,20})? ?=`,
    },
    {
      name: 'element spelt apart',
      level: 1,
      at: ['<s', '<f', '< '],
      pattern: `<[ ]?(?:s ?c ?r ?i ?p ?t|f ?o ?r ?m|i ?f ?r ?a ?m ?e)(?![a-z])`,
    },
    { name: 'markup in UTF-7', level: 1, at: ['+a', 'adw'], pattern: String.raw`(?:\+)?ad[w4x]-` },
    {
      name: 'markup in US-ASCII',
      level: 1,
      at: ['\u00bc'],
      pattern: String.raw`\u00bc ?/?[a-z][^\u00be]{0,100}\u00be`,
    },
    {
      name: 'address in an element that is a program',
      level: 1,
      at: ['href', 'src', 'action', 'background', 'to', 'from', 'values', 'data', 'code', 'poster', 'folder'],
      pattern: String.raw`[a-z]{2,10} ?= ?["'\`]?[ \x00-\x1f]{0,4}(?:javascript|vbscript|data:(?!image/(?:png|gif|jpe?g|webp)))`,
    },
    {
      name: 'element with a source',
      level: 2,
      at: ['<i', '<e', '<o', '<v', '<a', '<t'],
      pattern: `<(?:img|image|embed|object|video|audio|table|td|th|iframe)[^a-z][^<>]{0,120}(?:src|background|on[a-z]{4,20}|style|href|dynsrc|lowsrc)[^a-z]{0,3}=`,
    },
    {
      name: 'script spelt without letters',
      level: 1,
      at: ['[]', '+[', '![', '({', '[+'],
      pattern: String.raw`(?:(?:!\[\]|\[\]|\+\[|\[\+)[\[\]()!+{}]{6}|!\[\] ?$)`,
    },
    {
      name: 'operators around a call',
      level: 2,
      at: ["'", '"', '`'],
      pattern: String.raw`(?:["'] ?[-+*/^%&|;]{1,2} ?(?:[a-z.]{2,30} ?\(|\(|\[)|\`-[a-z.]{2,30}\()`,
    },
    {
      name: 'method reached by name',
      level: 1,
      at: [
        'constructor',
        '__proto__',
        'prototype',
        '__definesetter__',
        '__definegetter__',
        'call',
        'apply',
        'sort',
        'map',
        'find',
        'source',
      ],
      pattern: String.raw`(?:(?<=[.\[]['"]?)(?:constructor|__proto__)(?:['"]?\])?[ .(\[=:]|__define[gs]etter__|prototype\.|(?<=\. ?)(?:call|apply|sort|find|map|source) ?(?:\`|\. ?call ?\`|\((?:alert|eval|prompt|confirm)\)))`,
    },
    {
      name: 'module loaded',
      level: 1,
      at: ['import', 'importscripts', 'export'],
      pattern: String.raw`(?:import ?\( ?['"\`]|import [\w{}*, $]{1,80} from ?['"]|import ['"]|importscripts ?\(|export \* from)`,
    },
    { name: 'base64 in a page', level: 1, at: ['atob', 'btoa'], pattern: String.raw`(?:atob|btoa) ?[(\`]` },
  ],
}
