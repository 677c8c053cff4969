// Pieces of patterns. `shut` is what may stand between the end of a literal and what an injection adds.
export const shut = '[ )\\]%;+]{0,12}'
export const open = '[ (+!~@-]{0,12}'
export const quote = '[\'"`]'
export const logic = '(?:or|and|xor|not|div|mod|having|where|rlike|like|regexp|in|is|between|&&|\\|\\||\\^|\\|)'
export const compare =
  '(?:=|<|>|!=|is (?:not )?(?:null|true|false|\\d)|in ?\\(|r?like(?: ?[\'"\\d(@]| binary|$)|regexp\\b|between ?[\'"\\d(@]|not (?:in|like|between|null|regexp|rlike)\\b|~|sounds like)'
export const literal = String.raw`(?:['"][^'"\`]{0,40}${quote}?|\`[^'"\`]{1,40}\`|0x[0-9a-f]{1,40}(?![0-9a-f])|-?\d[\d.]{0,20}(?![\d.])|@@?[a-z_]{1,30}|null|true|false)`
export const name = '[a-z_][\\w.$]{0,40}(?![\\w.$])'
export const call = String.raw`${name} ?\(`
export const operand = String.raw`(?:${literal}|${call}|${name}|\()`

export const added = `(?:${quote}|\\d|@|0x|null\\b|true\\b|false\\b|${call}|\\(|binary\\b|${name} ?(?:[=<>!*/+^&|-]|like\\b|rlike\\b|is\\b|in\\b|(?:or|and) ['"\\d]))`

/** A statement of SQL as no sentence goes on behind a semicolon. */
const object =
  '(?:table|database|view|function|procedure|proc|user|login|role|index|schema|trigger|sequence|type|domain|column|alias|rule)'
export const statement = [
  String.raw`select(?:[ +(]{1,3}(?:${literal}|\*|\(|case\b|${call}|[\w.$, *]{1,60} from\b)|$)`,
  String.raw`(?:drop|create|alter|truncate|rename)(?:[ +](?:(?:or replace|temp|temporary|unique) )?${object}\b|$|[[("\`])`,
  String.raw`truncate \w{1,40} ?(?:$|;|--|#)`,
  String.raw`(?:insert|replace|merge)[ +]into[ +]${name} ?(?:\(|values\b|select\b|set\b|using\b|;|--|$)|(?:insert(?:[ +]into)?|update|delete) ?(?:$|--|#)|delete[ +]from[ +]${name} ?(?:where\b|;|--|#|$)|update ${name} set\b`,
  String.raw`(?:exec|execute)(?: ?\(|[ +](?:master|sp_|xp_|immediate|@|'|"|\w{1,30}\.|[a-z]{1,20}_)|$)`,
  String.raw`declare(?: ?@|[ +]\w{1,30} (?:int|n?varchar|n?char|cursor|text)\b|$)`,
  String.raw`shutdown(?: with\b| ?;| ?--|$)|waitfor\b|begin(?: declare| tran| dbms| ?;|$)|(?:commit|rollback) ?(?:;|--|$)`,
  String.raw`set[ +](?:@|\w{1,30} ?:?=|\w{1,30} (?:on|off)\b)|use[ +]\w{1,30} ?(?:;|--|#|$)|if ?\(? ?(?:exists|not exists|select|@|'|ascii|substr|len\b|\d{1,6} ?[=<>])`,
  String.raw`with ${name} as\b|call[ +]${name} ?\(|load[ +](?:data|extension|xml)\b|copy[ +]${name}[ +](?:from|to)\b|handler[ +]${name}[ +]open\b`,
  String.raw`(?:grant|revoke)[ +](?:all|select|insert|update|delete|execute|dba|connect|create)\b`,
].join('|')
