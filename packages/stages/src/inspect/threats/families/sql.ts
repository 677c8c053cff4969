import { type Family, type Rule, words } from '../rule.ts'

// Pieces of patterns. `shut` is what may stand between the end of a literal and what an injection adds.
const shut = '[ )\\]%;+]{0,12}'
const open = '[ (+!~@-]{0,12}'
const quote = '[\'"`]'
const logic = '(?:or|and|xor|not|div|mod|having|where|rlike|like|regexp|in|is|between|&&|\\|\\||\\^|\\|)'
const compare =
  '(?:=|<|>|!=|is (?:not )?(?:null|true|false|\\d)|in ?\\(|r?like(?: ?[\'"\\d(@]| binary|$)|regexp\\b|between ?[\'"\\d(@]|not (?:in|like|between|null|regexp|rlike)\\b|~|sounds like)'
const literal = String.raw`(?:['"][^'"\`]{0,40}${quote}?|\`[^'"\`]{1,40}\`|0x[0-9a-f]{1,40}(?![0-9a-f])|-?\d[\d.]{0,20}(?![\d.])|@@?[a-z_]{1,30}|null|true|false)`
const name = '[a-z_][\\w.$]{0,40}(?![\\w.$])'
const call = String.raw`${name} ?\(`
const operand = String.raw`(?:${literal}|${call}|${name}|\()`

const functions = words(`
  sleep benchmark pg_sleep load_file extractvalue updatexml group_concat concat_ws xmltype elt randomblob zeroblob
  make_set load_extension fn_virtualfilestats openrowset opendatasource openquery lo_import lo_export pg_read_file
  pg_ls_dir regexp_substring generate_series aes_decrypt aes_encrypt des_decrypt name_const procedure_analyse
  json_extract json_keys json_search json_array_elements sys_eval sys_exec waitfor randn bin_to_num
  substring_index find_in_set unhex conv geometrycollection multipoint polygon multipolygon linestring
  multilinestring gtid_subset gtid_subtract st_latfromgeohash st_longfromgeohash st_pointfromgeohash
  jsonb_pretty xmlforest dbms_xmlgen query_to_xml database_to_xml table_to_xml xp_cmdshell sp_executesql
  row_count found_rows last_insert_id connection_id session_user system_user current_user schema uncompress
`)

const catalogues = words(`
  information_schema sysobjects syscolumns sysusers sysdatabases sysibm syscat all_tables all_users user_tables
  user_tab_columns all_tab_columns dba_users all_tab_tables sqlite_master sqlite_temp_master pg_catalog pg_shadow
  pg_user pg_group pg_database msysaces msysobjects msysqueries msysrelationships xp_cmdshell xp_dirtree
  xp_regread xp_regwrite xp_fileexist sp_password sp_makewebtask sp_oacreate sp_addextendedproc sp_executesql
  sp_configure xp_availablemedia xp_enumdsn xp_filelist xp_loginconfig xp_ntsec xp_terminate_process
  msysaccessobjects msysaccessstorage msysaccessxml msysimexcolumns msysmodules msysnavpanegroups msdasql sqloledb sqlncli msdaora
  dbms_pipe dbms_lock dbms_utility dbms_sql dbms_xmlgen utl_http utl_inaddr utl_smtp utl_file ctxsys dbms_java
  xmltype domain_domain table_schema table_name column_name schema_name schemata pg_class pg_tables
`)

/** Called with an argument, these are SQL, yet some of their names are also those of other languages. */
const scalars = words(`
  concat char ascii ord substring substr mid left right hex md sha version database user current_user session_user
  system_user cast convert coalesce ifnull nullif isnull if iif length char_length octet_length count sum avg min max
  round floor rand pi cos sin encode decode compress password old_password utl_raw unicode upper lower ucase lcase
  instr locate position reverse replace repeat quarter date_add date_sub curdate curtime now localtime crypt
  to_base from_base export_set chr nchar to_char to_number rawtohex decode_oracle exp abs log sqrt pow power
  bit_and bit_or bit_xor binary soundex space strcmp stddev variance var_pop timestampadd timestampdiff to_days
  uuid weekofyear microsecond makedate maketime monthname period_add sec_to_time greatest least interval field
  inet_aton inet_ntoa is_free_lock get_lock release_lock format row local values schema degrees radians likelihood
  unlikely total changes last_insert_rowid sqlite_version glob typeof quote date time datetime julianday strftime
  string_agg array_agg row_to_json current_setting current_database inet_server_addr trim ltrim rtrim lpad rpad
  name_const cot exists insert
`)

const added = `(?:${quote}|\\d|@|0x|null\\b|true\\b|false\\b|${call}|\\(|binary\\b|${name} ?(?:[=<>!*/+^&|-]|like\\b|rlike\\b|is\\b|in\\b|(?:or|and) ['"\\d]))`

/** A statement of SQL as no sentence goes on behind a semicolon. */
const object =
  '(?:table|database|view|function|procedure|proc|user|login|role|index|schema|trigger|sequence|type|domain|column|alias|rule)'
const statement = [
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

export const sql: Family = {
  name: 'sql',
  also: 'uncommented',
  rules: [
    {
      name: 'union of queries',
      level: 1,
      at: ['union', 'except', 'intersect'],
      pattern: `(?:union|except|intersect)[ (+]{1,12}(?:(?:all|distinct|distinctrow)[ (+]{1,12})?(?:select|values ?\\(|table [a-z_])(?![a-z])`,
    },
    {
      name: 'query',
      level: 1,
      at: ['select'],
      pattern: String.raw`select[ (+!~-]{1,12}(?![ (+!~])(?:(?:all|distinct|top \d{1,6}) )?(?:\*|@|null\b|case\b|if\b|count ?\(|${literal}(?: ?[-+*/%] ?\d{1,9})?[ )+]{0,3}(?:,|from\b|into\b|--|#|;|$|union)|${call}|${name}[ )]{0,6}(?: ?, ?[^ ,;]{1,30}(?=[ ,])){0,6} from ${name} ?(?:where\b|limit\b|order\b|group\b|union\b|having\b|--|#|;|\)|$)|${name} ?; ?(?:$|--|#))`,
    },
    { name: 'query inside another', level: 1, at: ['('], pattern: String.raw`\([ (+]{0,6}select\b` },
    {
      name: 'second statement',
      level: 1,
      at: [';'],
      pattern: `;[ +]{0,3}(?:${statement})`,
    },
    {
      name: 'statement on a table',
      level: 1,
      at: [
        'insert',
        'update',
        'delete',
        'drop',
        'create',
        'alter',
        'truncate',
        'exec',
        'execute',
        'declare',
        'load',
        'copy',
        'grant',
        'revoke',
        'handler',
        'rename',
        'merge',
        'replace',
        'backup',
        'bulk',
        'dump',
        'reconfigure',
      ],
      pattern: String.raw`(?:(?:insert|replace) into [\`"[]?${name}[\`"\]]? ?(?:\(|values\b|select\b|set\b|default\b|;|--|$)|insert ${name} ?\(|update ${name} set ${name} ?=|delete from [\`"[]?${name}[\`"\]]? ?(?:where\b|limit\b|using\b|as\b|;|--|#|\)|'|$)|delete ${name} from ${name} ?(?:where\b|inner\b|join\b|$)|(?:drop|create|alter|truncate|rename) (?:(?:temporary|temp|or replace|global|unique|external|public) )?(?:(?:table|database|view|function|procedure|trigger|index|schema|sequence|assembly) [\`"]?${name}[\`"]? ?(?:\(|;|as\b|on\b|$|--|cascade\b|@|set\b|add\b|modify\b|drop\b|change\b|to\b)|(?:user|login|role) ${name} (?:with|identified|password)\b)|exec(?:ute)?[ (]{1,4}(?:master|sp_|xp_|immediate|@|'|"|\()|declare @|load data|handler ${name} (?:open|read)|copy ${name} (?:from|to) (?:program|std(?:in|out)|['"/])|(?:grant|revoke) (?:all|select|insert|update|delete|execute|dba|connect)[a-z ,]{0,60} (?:on|to) |merge (?:into )?${name} using|backup (?:database|log)|bulk insert|dump database)`,
    },
    {
      name: 'literal closed and a condition added',
      level: 1,
      at: ["'", '"'],
      pattern: String.raw`['"]${shut}(?:or|and|xor|having|where|&&|\|\|)(?![a-z])${open}(?:not ${open})?${operand}[ )'"\`]{0,6}${compare}`,
    },
    ...["'", '"'].map(
      (mark): Rule => ({
        name: `first literal in ${mark} closed and an operator added`,
        level: 2,
        at: [mark],
        pattern: String.raw`${mark}(?:(?=[ )]{0,12}(?:${logic}(?![a-z])|(?:not )?(?:like|rlike|regexp|in|between)\b|sounds like|mod\b|eqv\b|imp\b)${open}${added})(?<=^[^${mark}]{0,200}(?:[\w)%*. \\]|^)${mark})|(?=[ )]{0,12}(?:[=<>*/+%^~|&-]{1,3}|!= ?)${open}${added})(?<=^[^${mark}]{0,200}(?:[\w)%*.\\]|^ ?)${mark}))`,
      }),
    ),
    {
      name: 'literals compared',
      level: 2,
      at: ["'", '"'],
      pattern: String.raw`(?<=[\w)]|^)['"] ?(?:!=|<>|<=>|<=|>=|<<|=(?! ?"[^"]{0,40}["]))[ (+-]{0,6}['"](?![>/ ])|(?<!'[^']{0,60})' ?(?:not like|not rlike|rlike|like|not regexp|regexp|sounds like|and|or|xor|&&|\|\||[&^%+*<-]{1,2}) ?'(?=\w|$| ?\w{1,40}$)`,
    },
    {
      name: 'literal closed and a statement added',
      level: 2,
      at: ["'", '"', '`'],
      pattern: String.raw`${quote}(?=[ );]{0,6}(?:union|alter|drop|insert|delete|select|update|create|truncate|having|order by|group by|limit|procedure|declare|exec|begin|goto|print|notnull|isnull|collate|own3d)\b[^'"\`]{0,100}(?:$|--|#|${quote}))(?<=^[^'"\`]{0,80}(?:[\w)%*.\\] ?|^)${quote})`,
    },
    {
      name: 'literal and a comment at the end',
      level: 2,
      at: ['--'],
      pattern: `--(?= ?[ +-]{0,3}$)(?<=^[^'"]{0,80}['"][^'"]{0,80}--)`,
    },
    {
      name: 'condition that begins a value',
      level: 2,
      after: '^=+)',
      at: ['or', 'and', 'xor', 'having', '||', '&&', 'not'],
      pattern: String.raw`(?<=^(?:[\w]{1,12}=)?[ +)]{0,6})(?:or|and|xor|having|not|\|\||&&)(?![a-z])${open}(?:(?:'[^']{0,60}'|"[^"]{0,60}") ?(?:\?|=|<|>|!|like|in\b|is\b|::|->|@>|#>|\|\|)|['"]\d{1,9}['"]|(?:${name}|\d{1,12})[ )]{0,4}(?:={1,3}|!={1,2}|<|>|(?:not )?like\b|(?:not )?in ?\(|is (?:not )?null)|true\b|false\b|null ?[!=])`,
    },
    {
      name: 'call left open',
      level: 2,
      at: [
        ...scalars,
        ...functions,
        'in',
        'exec',
        'execute',
        'day',
        'month',
        'year',
        'now',
        'db_name',
        'sysdate',
        'minute',
        'hour',
        'last',
        'default',
        'rank',
        'json',
        'lag',
        'lead',
      ],
      pattern: String.raw`(?<![.>\\$:#-])[a-z_]{2,30}\d{0,3} ?[/?&=]{0,2} ?\( ?$`,
    },
    {
      name: 'call that tells of the server',
      level: 2,
      at: words(
        'database version user current_user session_user system_user schema sysdate db_name pi now current_date current_timestamp',
      ),
      pattern: String.raw`(?<![.>\\$:#\w-])(?:database|version|user|current_user|session_user|system_user|schema|sysdate|db_name|pi)(?:/\*\*/)? ?\( ?\)`,
    },
    {
      name: 'column named and a table',
      level: 2,
      at: ['as'],
      after: '`\'")!;0123456789',
      pattern: String.raw`(?<=[\`'")!;\d] ?)as(?: ?['"\`][\w-]{0,40}['"\`]?,?| [\w-]{1,40},?) from\b`,
    },
    {
      name: 'rows chosen',
      level: 2,
      at: ['from'],
      pattern:
        'from [`"]?[\\w.`]{1,60}(?![\\w.`])[`"]? ?(?:where [`"]?[\\w.]{1,60}(?![\\w.])[`"]? ?(?:=|<|>|!|like\\b|in ?\\()|limit(?: \\d|$)|group by [\\w.`]{1,40} ?(?:$|[&;#,-])|order by [\\w.`]{1,40} ?(?:$|[&;#,-]))|from\\(select\\b',
    },
    {
      name: 'set of values',
      level: 2,
      at: ['in', 'like', 'if', 'div', 'when'],
      pattern: String.raw`(?:in ?\( ?-?\d{1,20} ?,[\d ,-]{1,60}\)|(?<=\) ?)like ?\(|(?:if|div) ?\( ?\d{1,12}[\d. ]{0,12}[=<>,]|(?<=\) ?)when \d{1,9} then)`,
    },
    {
      name: 'union with a number before it',
      level: 2,
      at: ['union'],
      pattern: String.raw`(?<=^[\d./*()+ x-]{1,30})union(?: ?(?:$|#|--|\()|[ +]all\b)`,
    },
    {
      name: 'condition without an end',
      level: 2,
      at: ['or', 'and', 'xor'],
      after: '\'"`\\',
      pattern: String.raw`(?:(?<=['"\`] ?)(?:or|and|xor) ?(?:--|#|/\*)|(?<=['"\`]{2})(?:or|and|xor)$|(?<=\\['\`]{1,2})(?:or|and|xor)(?=['\`(\d]|$)|(?<=^['"\`] {1,2})(?:or|and|xor) )`,
    },
    {
      name: 'literals of which one is left open',
      level: 2,
      at: ['like', 'rlike', 'regexp', 'xor'],
      pattern: String.raw`(?:(?<=[\w)] ?)(?:like|rlike|regexp) ?(?:binary ?)?['"\`]%?$|(?<=['"\`] )(?:rlike|regexp|xor)(?![a-z])|(?<=^)xor[ (+-]{1,4}(?:\d|['"@]|${call}))`,
    },
    {
      name: 'marks that close a literal, and nothing else',
      level: 2,
      at: ["'", '"', '`', '^', '%', ')'],
      after: '^',
      pattern: String.raw`(?<=^)(?:[)^%]{1,3}['"\`]|['"\`](?:[);^%]{1,4}|['"\`](?<!''|""|\`\`)))(?:--|#)?$`,
    },
    {
      name: 'operator, quote and bracket',
      level: 2,
      at: ["&'", "|'", "^'", "*'", '&"', '|"', '^"', '*"'],
      pattern: String.raw`[&|^*]['"] ?\(`,
    },
    {
      name: 'procedure run',
      level: 2,
      at: ['exec', 'execute'],
      after: '^;=',
      pattern: String.raw`(?<=^[ ;=]{0,3})exec(?:ute)? [a-z]{1,30}_\w{0,40} ?(?:$|[@'";,]|\d)`,
    },
    {
      name: 'literals joined, and nothing else',
      level: 2,
      at: ["'", '"'],
      after: '^',
      pattern: `(?<=^ ?)['"] ?[-+*/%^&|!<>=~]{1,3} ?['"] ?$`,
    },
    {
      name: 'quotes of several kinds and an operator',
      level: 2,
      at: ["'", '"'],
      pattern: String.raw`(?:'["\`]|"['\`]) ?[*/%^|&] ?\d`,
    },
    {
      name: 'quote in the name of a parameter',
      level: 2,
      at: ["'", '"', '`'],
      in: ['parameter'],
      pattern: String.raw`['"\`](?:(?<=(?:^|[^a-z\[])['"\`])|(?![a-z\]]))(?<=^(?:[^{\[][^{]{0,120})?['"\`])`,
    },
    {
      name: 'variable set',
      level: 2,
      at: ['set'],
      pattern: String.raw`set @{1,2}[a-z_]\w{0,40}(?: ?:?=| ?,| ?;|$)`,
    },
    {
      name: 'number that never ends',
      level: 3,
      at: ['e'],
      pattern: String.raw`(?<=2\.22507385850720(?:07|11|12)\d{0,2})e-308`,
    },
    { name: 'number glued to a name', level: 2, at: ['.e', 'e'], pattern: String.raw`(?<=\d)\.?e ?\(` },
    {
      name: 'literal closed and a comment opened',
      level: 1,
      at: ["'", '"', '`'],
      pattern: String.raw`${quote}[ )]{0,12}(?:--|#|;--|/\*|;%00|;) ?[ -+]{0,3}$`,
    },
    {
      name: 'number and a comment opened',
      level: 2,
      at: ['--', '/*', '#'],
      pattern: String.raw`(?:--|/\*|#)(?=[ +-]{0,3}$)(?<=(?:(?:^|[ (+=,-])(?:\d{1,12} ?[-+*/%] ?)?\d{1,12}[ )]{0,12}|(?:^|[ (+=,*/-])@[a-z_]{1,20}[ )]{0,12}|\))(?:--|/\*|#))`,
    },
    {
      name: 'condition that always or never holds',
      level: 1,
      at: ['or', 'and', 'xor', 'having', 'where', 'not', '||', '&&', '|', 'when', 'rlike', 'if'],
      pattern: String.raw`(?:or|and|xor|having|where|not|\|\||&&|\||when|rlike|if)[ (+!~-]{1,12}(?![ (+!~])(?:not )?${literal}(?: ?[-+*/%] ?\d{1,12}){0,3}[ )+]{0,6}(?:=|<|>|!=|<=>|like\b|rlike\b|regexp\b|in ?\(|between\b|is (?:not )?null)[ (+!~=>-]{0,8}(?:${literal}|\d|\(|select\b|${call}|$)`,
    },
    {
      name: 'condition glued to a value',
      level: 2,
      after: '0123456789)\'"',
      at: ['or', 'and', 'xor', '||', '&&'],
      pattern: String.raw`(?<=(?:^|[=,(])-?\d{1,12}[ )'"]{0,12})(?:or|and|xor|\|\||&&)(?![a-z])${open}(?:${call}|(?<=\()\d{1,9}\)|${operand} ?${compare}|true\b|false\b|not\b|null\b|exists\b)`,
    },
    {
      name: 'function of a database',
      level: 1,
      at: functions,
      pattern: String.raw`[a-z_]{2,30}(?:\(|(?<=_[a-z]{1,20}) \(| \( ?(?:\d{1,9}(?:\.\d{1,6})? ?[,)*/+-]|select\b|['"@]|0x|\(|$))`,
    },
    { name: 'catalogue of a database', level: 1, at: catalogues },
    {
      name: 'catalogue of Firebird or Oracle',
      level: 1,
      at: ['rdb', 'v'],
      pattern: String.raw`(?:rdb\$|v\$(?:version|database|instance|session|parameter))`,
    },
    { name: 'variable of a server', level: 1, at: ['@@'], pattern: `@@(?:[a-z_]{3,30})` },
    {
      name: 'wait',
      level: 1,
      at: ['waitfor'],
      pattern: String.raw`waitfor (?:delay|time)\b`,
    },
    {
      name: 'rows or columns counted',
      level: 2,
      at: ['order', 'group', 'limit', 'procedure', 'into', 'offset'],
      pattern: String.raw`(?:(?:order|group)[ +]{1,3}by[ +]{1,3}(?:\(|\d{1,6} ?(?:,|$|--|#|;|/\*|asc\b|desc\b|\))|${name} (?:asc|desc) ?(?:,|--|#|;|/\*|limit\b|$)|${name} ?(?:--|#|/\*|having\b|limit \d))|limit \d{1,9} ?(?:,|offset) ?\d{1,9}(?: ?(?:--|#|;|/\*|$|into\b|union\b))|procedure analyse|into (?:out|dump)file\b|offset \d{1,9} rows)`,
    },
    {
      name: 'function of SQL with its arguments',
      level: 2,
      at: scalars,
      pattern: String.raw`(?<![.>\\$:#/-])[a-z_]{2,30}\d{0,3}(?:\(| \((?= ?(?:select\b|\d{1,9} ?[,)]|'[^']{0,40}' ?[,)]|\*|@@|0x|${call})))(?:[ (]{0,4}(?:${literal}|select\b|${name} ?[,(]|\*|distinct\b)[^()]{0,40}(?:[),(]))`,
    },
    {
      name: 'choice between values',
      level: 1,
      at: ['case', 'iif'],
      pattern: `case (?:when|${operand} when)[ (]{1,6}`,
    },
    { name: 'hexadecimal literal', level: 2, at: ['x'], pattern: `(?<=[(,= ]0)x[0-9a-f]{6,64}[,) +]` },
    { name: 'operator of MySQL', level: 2, at: ['<=', 'sounds', 'div'], pattern: `(?:<=>|sounds like )` },
    {
      name: 'cast of a type',
      level: 2,
      at: ['::'],
      pattern: String.raw`(?<=['")\w])::(?:int|text|json|jsonb|n?varchar|numeric|decimal|(?:big|small)?int\d?|integer|regclass|regproc|oid|name|bool(?:ean)?|char|float|double precision|real|date|time(?:stamp)?|interval|uuid|bytea|xml|inet|money)\b`,
    },
    {
      name: 'text of a character set',
      level: 2,
      at: ['_utf', '_latin', '_binary', '_ascii', '_ucs', 'n', 'collate'],
      pattern: String.raw`(?:_(?:utf8|latin1|binary|ascii|ucs2)[a-z0-9]{0,4} ?['"x0]|collate[ \`'"]{1,2}[a-z_0-9]{3,30})`,
    },
    {
      name: 'null tested',
      level: 2,
      at: ['is', 'isnull', 'notnull'],
      pattern: String.raw`(?<=['")\`@\w] ?)is (?:not )?(?:null|true|false|unknown)(?: ?(?:--|#|;|and\b|or\b|[)'"-]|$))`,
    },
  ],
}
