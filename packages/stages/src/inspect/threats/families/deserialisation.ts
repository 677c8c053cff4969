import { type Family, words } from '../rule.ts'

const gadgets =
  'clonetransformer|forclosure|instantiatefactory|instantiatetransformer|invokertransformer|prototypeclonefactory|prototypeserializationfactory|whileclosure|getproperty|filewriter|xmldecoder|processbuilder|runtime'

export const deserialisation: Family = {
  name: 'deserialisation',
  rules: [
    {
      name: 'serialised object of Java',
      level: 1,
      at: ['ro', 'aced', 'h', '\u00ac', 'kztaar', 'kztaau', 'cs'],
      pattern: String.raw`(?:ro0ab[a-z0-9+/]|aced0005|kztaa[ru]|cs7qaf|h4siaaaa|\u00ac\u00ed)`,
    },
    {
      name: 'class of Java',
      level: 1,
      at: words('java javax sun com org ognl freemarker groovy bsh clojure ch net'),
      pattern: String.raw`(?:java\.(?:lang|io|net|util|nio|beans|rmi|security|sql)\.[\w$]{1,40}|java\.[a-z.]{0,30}(?:runtime|processbuilder|string)|javax\.(?:script|naming|management|el|swing|activation|xml)|java\.[a-z]{2,20}\.[a-z]|java\.(?:runtime|processbuilder)|sun\.(?:reflect|misc|rmi|net)|com\.(?:opensymphony|sun\.|caucho|ibm|mchange|rometools|fasterxml)[\w.]{0,60}|org\.(?:apache|springframework|codehaus|hibernate|mozilla|omg|jboss|python|yaml|omg|h2|postgresql)\.[\w.]{1,60}|ognl\.ognl|freemarker\.template|groovy\.(?:lang|util)|bsh\.interpreter|ch\.qos|net\.sf\.)`,
    },
    {
      name: 'gadget of Java',
      level: 1,
      at: words(
        'clonetransformer forclosure instantiatefactory instantiatetransformer invokertransformer prototypeclonefactory prototypeserializationfactory whileclosure xmldecoder processbuilder runtime getruntime classloader unmarshaller getproperty',
      ),
      pattern: String.raw`(?:(?:${gadgets})[ .(\[/:'";=]{0,2}[\w.]{0,60}(?:${gadgets})|(?:processbuilder|runtime)[.(]|getruntime ?\(|(?:clonetransformer|forclosure|instantiatefactory|instantiatetransformer|invokertransformer|prototypeclonefactory|prototypeserializationfactory|whileclosure|xmldecoder)|classloader|unmarshaller)`,
    },
    {
      name: 'program in Java',
      level: 1,
      at: words('getclass forname newinstance getdeclaredmethod getmethod scriptenginemanager getenginebyname'),
      pattern: String.raw`[a-z]{6,30} ?\(`,
    },
    { name: 'loader of a class', level: 1, at: ['class'], pattern: String.raw`class\.(?:module\.)?classloader` },
    {
      name: 'serialised function of Node',
      level: 1,
      at: ['$_', '$$', 'function'],
      pattern: String.raw`(?:(?<=_)\$\$nd_func\$\$_|new function ?\(|(?<=new )function ?\(|function ?\([\w, ]{0,40}\) ?\{)`,
    },
    {
      name: 'serialised function of Node, encoded',
      level: 1,
      at: ['xyqktkrfrlvoqyqkx', 'cmvxdwlyzsgiy', 'xy~'],
      pattern: `xyqktkrfrlvoqyqkx`,
    },
    {
      name: 'module or process of Node',
      level: 1,
      at: words('console require process global child_process module constructor execsync spawnsync execfile this'),
      pattern: String.raw`(?:require(?:\(|\[|\.|=|;) ?['"\`\w(]|require \( ?['"\`]|require=|console ?\. ?(?:log|info|debug|error|warn|trace) ?[.(]|process ?\[|process\.(?:env|mainmodule|binding|exit|argv|kill|version|stdout|cwd|dlopen|umask)|child_process|global\.(?:process|require)|module\.(?:constructor|exports)|this\.constructor|(?:execsync|spawnsync|execfile) ?\()`,
    },
    {
      name: 'prototype changed',
      level: 1,
      at: ['__proto__', 'prototype', 'constructor'],
      pattern: String.raw`(?:__proto__|constructor ?(?:\.|\]?\[|%5b)['"]? ?prototype|constructor['"]? ?: ?\{ ?['"]prototype)`,
    },
    {
      name: 'object of Python, Ruby, .NET or YAML',
      level: 1,
      at: ['!!', '!p', '!r', 'c', 'gasv', 'gan', 'aaeaaad', 'bah', '$t', 'system'],
      pattern: String.raw`(?:!!(?:python|javax?|com|org|ruby|js)[/.]|!(?:python|ruby)/|cos\nsystem|gasv[a-z0-9]{4}|aaeaaad/{4}|"?\$type"? ?: ?"system\.|system\.(?:diagnostics\.process|windows\.data))`,
    },
    {
      name: 'name of a program',
      level: 1,
      at: ['.j', '. '],
      in: ['name'],
      pattern: String.raw`\. ?(?:jspx?|jspf|jsw|jsv|jar|war)[ .:;]{0,40}(?:$|\.)`,
    },
    {
      name: 'interpolation of text',
      level: 1,
      at: ['${', '$&'],
      pattern: String.raw`\$\{(?:script|url|dns|file|const|properties|xml|resourcebundle|urlencoder):`,
    },
  ],
}
