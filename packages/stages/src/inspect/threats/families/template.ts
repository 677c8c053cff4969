import { type Family, words } from '../rule.ts'

export const template: Family = {
  name: 'template',
  rules: [
    {
      name: 'expression that is worked out',
      level: 1,
      at: ['{{', '${', '#{', '<%', '{%', '@(', '*{', '~{', '[[', '{#', '<#', '{='],
      pattern: String.raw`(?:\{\{|[$#*~@]\{|<%|\{%|\{=|\{#|@\(|\[\[=?\$?\{|<#)[-=$({ ]{0,6}(?:['"\d\[(][^{}<>]{0,120}[-+*/%.|(\]]|[^{}<>]{0,120}(?:__[a-z]{3,20}__|\.(?:class|getclass|forname|constructor|mro|subclasses|exec|system|popen|env|import|runtime|module|items|read|write|eval|call|invoke|format|getruntime|root|locals|globals|self)\b|\||\())`,
    },
    {
      name: 'object of a template engine',
      level: 1,
      at: ['{{', '${', '#{', '{%'],
      pattern: String.raw`(?:\{\{|[$#]\{|\{%)-?[ ]?(?:self|request|config|settings|app|_self|this|g|url_for|get_flashed_messages|cycler|joiner|namespace|lipsum|dump|debug|person|user|session|env|global|process|range|constructor|class|t)(?:[. |(\[}]|$)`,
    },
    {
      name: 'statement of a template',
      level: 1,
      at: ['{%', '<#', '[#', '#s', '#f', '#i', '#e', '{i', '{p', '{s', '{l', '{f'],
      pattern: String.raw`(?:\{%-? ?(?:if|for|set|import|include|extends|block|macro|from|with|raw|load|debug|call|print|do|csrf_token|elif|else|end[a-z]{2,8})\b|[<\[]#(?:assign|if|list|include|import|macro|setting|attempt|global|local|function)\b|#(?:set|foreach|if|evaluate|include|parse|macro|define)[ ]?\(|\{(?:php|literal|include|self|smarty|system|if|fetch|eval)[ .}:$])`,
    },
    {
      name: 'hidden member of Python',
      level: 1,
      at: words(
        '__class__ __mro__ __subclasses__ __globals__ __builtins__ __import__ __init__ __base__ __bases__ __dict__ __getitem__ __getattribute__ __reduce__ func_globals __name__ __code__ _templatereference__context',
      ),
      pattern: `[a-z_]{6,30}`,
    },
    {
      name: 'filter that reaches a member',
      level: 1,
      at: ['|'],
      pattern: String.raw`\| ?(?:attr|filter|map|sort|reduce|join|format|select|reject|groupby) ?\(`,
    },
    {
      name: 'expression of Java',
      level: 1,
      at: ['t', '#', '@', '%{', 'new'],
      pattern: String.raw`(?:(?<![a-z0-9])t\(java\.|#(?:_memberaccess|context|request|session|parameters|attr|rt|res|ognlutil|container|dm|ct|cmd|iswin)[ =.\[]|@(?:java|ognl|org|com)[\w.]{1,80}@|%\{[^{}]{0,120}[#(@*+])`,
    },
    {
      name: 'expression of Ruby',
      level: 1,
      at: ['#{', '<%'],
      pattern: String.raw`(?:#\{[\w ]{0,60}[^\w {}][^{}]{0,200}\}|<%[=#-]? ?[^<>]{1,200}%>)`,
    },
    {
      name: 'expression that is doubled',
      level: 2,
      at: ['{{', '${'],
      pattern: String.raw`(?:\{\{[ ]?[a-z_]\w{0,40}\.[^{}]{1,120}\}\}|\$\{\w{0,60}[^\w{}][^{}]{0,120}\})`,
    },
    { name: 'interpolation of Perl', level: 1, at: ['@{', '%{'], pattern: String.raw`[@%]\{ ?\[` },
    {
      name: 'code of a framework',
      level: 2,
      at: ['@'],
      pattern: String.raw`@(?:\{ ?(?:var|int|string)\b|\([^()]{1,40}[-+*/])`,
    },
  ],
}
