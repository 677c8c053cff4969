import { type Family, words } from '../rule.ts'

/** Functions of PHP that run, read, write or reveal, and hardly occur with a bracket in other text. */
const dangerous = words(`
  passthru shell_exec popen proc_open pcntl_exec create_function call_user_func call_user_func_array phpinfo
  phpversion include_once require_once file_get_contents file_put_contents fopen fputs readfile highlight_file
  show_source php_uname ini_set ini_get getenv putenv base64_decode gzinflate gzuncompress gzdecode preg_replace
  unserialize move_uploaded_file scandir readdir posix_getpwuid posix_kill posix_mkfifo mysql_query mysqli_query
  pg_query sqlite_query var_dump var_export vprintf array_map array_filter usort uasort uksort array_walk
  register_shutdown_function register_tick_function ob_start parse_str curl_exec curl_init fsockopen
  stream_socket_client hexdec dechex strrev debug_backtrace set_error_handler set_exception_handler
  spl_autoload_register iterator_apply is_callable func_get_args get_defined_vars get_current_user getmyuid
  getcwd disk_total_space phpcredits fpassthru ftp_connect ftp_get ftp_put gzopen gzfile gzread gzwrite bzopen
  simplexml_load_file simplexml_load_string parse_ini_file get_meta_tags exif_read_data read_exif_data hash_file
  tempnam tmpfile lchgrp lchown linkinfo lstat fileperms fileowner filegroup fileatime proc_close proc_get_status
  proc_nice proc_terminate escapeshellcmd escapeshellarg
`)

/** These are dangerous too, but words or functions of other languages: their brackets must hold what PHP would put there. */
const ambiguous = words(`
  mail link copy touch glob rename extract assert pack unpack bin hex md sha eval exec system dl include require
  str_rot error_log implode explode print_r mkdir rmdir chmod chown unlink symlink readlink realpath printf
  opendir fread fwrite
`)

/** Prefixes of PHP's libraries; other languages hardly call functions of such names. */
const libraries =
  '(?:array|mb|preg|mysqli?|pg|sqlite|odbc|oci|ldap|imap|ftp|curl|stream|socket|posix|pcntl|proc|xmlwriter|xmlrpc|gz|bz|openssl|sodium|mcrypt|iconv|ob|session|spl|apcu?|opcache|ctype|gnupg|fbird|ibase|inotify|pspell|shmop|snmp|ssh2|tidy|wddx|xdiff|zend|call_user|func_get|get_defined|base64|gethostby|date|str|htmlspecialchars|highlight|show|var|debug|parse|stream|hash|exif|gmp|cal|libxml|simplexml|readline)'

export const php: Family = {
  name: 'php',
  also: 'uncommented',
  rules: [
    {
      name: 'program',
      level: 1,
      at: ['<?', '<%'],
      pattern: String.raw`<(?:\?(?:php\b|=|xml ?[^\w ]|xml [^ve<>?]|[^x>]|x(?!ml)|$)|% ?(?:echo|=|php|system))`,
    },
    {
      name: 'program in a tag',
      level: 1,
      at: ['[p', '{p', '[/', '{/', '[\\'],
      pattern: String.raw`[\[{][/\\]?php[\]}]`,
    },
    {
      name: 'call of a dangerous function',
      level: 1,
      at: dangerous,
      pattern: String.raw`(?<![.\w])[a-z_]{2,30}\d{0,3}(?:_[a-z0-9_]{2,20})?['")\] ]{0,4}(?:/\*[^*]{0,40}\*/ ?|(?://|#)[^()]{0,40} ?)?(?:\(|['"][^'"]{1,80}['"] ?;)`,
    },
    {
      name: 'call of a function that runs or reads',
      level: 1,
      at: ambiguous,
      pattern: String.raw`(?<![.\w])[a-z_]{2,30}\d{0,3}['")\]]{0,2}(?:(?: ?(?:/\*[^*]{0,40}\*/ ?|(?://|#)[^()]{0,40} ?))?\((?: ?[$'"\d@]| ?\)|[a-z_]{1,20}(?:\)|\())| \( ?(?:[$'"@]|\) ?;|[a-z_]{2,20}\) ?;|[a-z_]{2,20} ?\()|\(?['"][^'"]{1,80}['"] ?;|['"] {0,2}\)\()`,
    },
    {
      name: 'function of a library',
      level: 2,
      at: [
        'ar~',
        'mb~',
        'pr~',
        'my~',
        'pg~',
        'sq~',
        'od~',
        'oc~',
        'ld~',
        'im~',
        'ft~',
        'cu~',
        'st~',
        'so~',
        'po~',
        'pc~',
        'xm~',
        'gz~',
        'bz~',
        'op~',
        'mc~',
        'ic~',
        'ob~',
        'se~',
        'sp~',
        'ap~',
        'ct~',
        'gn~',
        'ti~',
        'ze~',
        'ca~',
        'fu~',
        'ge~',
        'ba~',
        'da~',
        'ht~',
        'hi~',
        'sh~',
        'va~',
        'de~',
        'pa~',
        'ha~',
        'ex~',
        'gm~',
        'li~',
        'si~',
        're~',
      ],
      pattern: String.raw`(?<![.\w$>])${libraries}_[a-z0-9_]{2,60} ?\(`,
    },
    {
      name: 'function of the language',
      level: 2,
      at: words(
        'strip_tags intval floatval gethostbyname gethostbyaddr bzdecompress bzcompress checkdate checkdnsrr nl ucwords ucfirst substr strstr stripslashes addslashes htmlentities htmlspecialchars is_numeric function_exists class_exists strtolower strtoupper phpcredits posix setlocale setcookie header strtok sprintf trim ltrim',
      ),
      pattern: String.raw`(?<![.\w>])[a-z_]{4,30}\d?[a-z]{0,6} ?\((?:\$| ?\)|[a-z]{1,12}\)| ?$)`,
    },
    {
      name: 'variable of a request',
      level: 1,
      at: ['$_', '$g', '$h'],
      pattern: String.raw`\$(?:_(?:get|post|request|cookie|files|server|env|session)|globals|http_(?:get|post|cookie|raw)_[a-z]{4,10}|http_raw_post_data)\b`,
    },
    {
      name: 'variable called',
      level: 1,
      at: ['$'],
      pattern: String.raw`\$(?!o\([a-z0-9 ^*+]{1,20}\))[}\]\w>:'"@=\-[{$]{0,60} ?\((?![a-z ]{0,20}\$)`,
    },
    {
      name: 'variable named by a value',
      level: 1,
      at: ['${'],
      pattern: String.raw`\$ ?\{ ?(?:_|[a-z_]{1,60}[('"]|['"\`$@(])`,
    },
    {
      name: 'variable named by a value, apart',
      level: 1,
      at: ['$ '],
      pattern: String.raw`\$ \{ ?['"$_][$\w'"]{0,40} ?\}`,
    },
    {
      name: 'variable set',
      level: 2,
      at: ['$'],
      pattern: String.raw`\$[a-z_]\w{0,30}(?:\[[^\]]{0,30}\])? ?[.+*/|&^-]?=(?![=~>])[ +]?['"$(\w@[]`,
    },
    { name: 'property of an object', level: 2, at: ['$'], pattern: String.raw`\$[a-z_]\w{0,30} ?->` },
    {
      name: 'stream of PHP',
      level: 1,
      at: words('php phar expect zlib glob rar ogg zip ssh compress data'),
      pattern: String.raw`(?:php|phar|expect|zlib|glob|rar|ogg|zip|compress\.(?:zlib|bzip2)|ssh2(?:\.[a-z]{3,6})?)://`,
    },
    {
      name: 'serialised object',
      level: 1,
      at: ['o', 'a', 'c', 's', 'i', 'b'],
      pattern: String.raw`(?:[oc]:\+?\d{1,9}:"[\w\\]{1,120}":\d{1,9}:|a:\d{1,6}:\{|(?<![a-z0-9])[sib]:\d{1,9}(?::"[^"]{0,80}"|)[;}])`,
    },
    {
      name: 'setting of PHP',
      level: 1,
      at: words(
        'allow_url_include allow_url_fopen auto_prepend_file auto_append_file disable_functions open_basedir safe_mode suhosin display_errors magic_quotes_gpc register_globals precision session opcache engine error_reporting memory_limit post_max_size file_uploads upload_tmp_dir include_path extension_dir assert zend mbstring pcre xdebug user_agent',
      ),
      pattern: String.raw`(?:allow_url_include|allow_url_fopen|auto_prepend_file|auto_append_file|disable_functions|open_basedir|safe_mode[a-z_]{0,20}|suhosin[a-z._]{0,40}|display_errors|magic_quotes_gpc|register_globals|error_reporting|memory_limit|post_max_size|file_uploads|upload_tmp_dir|include_path|extension_dir|precision|engine|(?:session|opcache|assert|zend|mbstring|pcre|xdebug)\.[a-z_.]{3,50}) ?=`,
    },
    {
      name: 'name of a program',
      level: 1,
      at: ['.p', '. '],
      in: ['name'],
      pattern: String.raw`\. ?(?:php\d{0,4}|phtml|pht|phps|phar|phpt|pgif|inc|shtml)[ .:;]{0,40}(?:$|\.)`,
    },
    { name: 'file of a session', level: 1, at: ['se~'], in: ['name'], pattern: `sess_[a-z0-9,-]{16,250}$` },
    {
      name: 'function in brackets',
      level: 1,
      at: ['(', '['],
      pattern: String.raw`[(\[] ?['"]?(?:system|exec|passthru|assert|eval|phpinfo|shell_exec)[ '"]{0,4}[)\]]{1,3} ?\(`,
    },
    { name: 'program run in backquotes', level: 1, at: ['=`'], pattern: '=`[^`]{1,100}`' },
  ],
}
