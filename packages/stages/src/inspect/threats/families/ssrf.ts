import { type Family, words } from '../rule.ts'

export const ssrf: Family = {
  name: 'ssrf',
  rules: [
    {
      name: 'metadata of a cloud',
      level: 1,
      at: ['metadata'],
      pattern: String.raw`metadata\.(?:google|goog|azure|internal|oraclecloud|tencentyun)`,
    },
    {
      name: 'address of this machine or its cloud',
      level: 2,
      at: [':/', '//', ':1', ':0', ':[', ':l', '@1', '@l', '@[', '@0'],
      pattern: String.raw`(?:(?<=[a-z]{2,12}):|//|@)/{0,3}(?:127\.|169\.254|192\.0\.0\.192|100\.100\.100\.200|0\.0\.0\.0|\[(?:::|0{1,4}:|[a-f0-9:]{2,40}[0-9.]{0,15}(?:%[^\]]{1,20})?\]|[^\]]{0,40}169\.254)|localhost\b|localhost\d?\.|kubernetes\.default|metadata\b)`,
    },
    {
      name: 'address in an unusual spelling',
      level: 1,
      at: [':/', '//', ':0', ':1', ':2', ':3', ':4', '@0', '@1', '@2', '@3'],
      pattern: String.raw`(?:(?<=(?:https?|ftps?|url|gopher|ldaps?|rsync|irc|rtmp|ssh|tftp|file|wss?|[a-z]{3,8})):/|(?<=(?:https?|ftp|url)):(?=\d)|//|@)/{0,3}(?:0x[0-9a-f]{2,8}(?:[.:/]|$)|0[0-7]{3,11}(?:[.:/]|$)|\d{8,10}(?:[:/?#]|$)|\d{1,3}\.\d{3,8}(?:[:/?#]|$)|\d{1,3}\.\d{1,3}\.\d{3,5}(?:[:/?#]|$))`,
    },
    {
      name: 'name of this machine',
      level: 2,
      at: words('localhost kubernetes host'),
      pattern: String.raw`(?<=^|^ipv?6-)(?:localhost\d?(?:\.localdomain\d?)?(?:[:/]|$)|kubernetes\.(?:default|docker)\.)|(?<=^)host\.docker\.internal`,
    },
    {
      name: 'scheme that reaches inside',
      level: 1,
      at: words('gopher dict tftp jar netdoc ldap ldaps sftp'),
      pattern: `(?:gopher|dict|tftp|netdoc)://|jar:(?:https?|file):`,
    },
    {
      name: 'document of its own',
      level: 2,
      at: ['data'],
      pattern: `(?<=^)data:(?!image/(?:png|gif|jpe?g|webp))[a-z]{2,12}/[a-z+.-]{2,30}`,
    },
    { name: 'scheme', level: 4, at: [':/'], pattern: '(?<=[a-z][a-z0-9+.-]{1,12})://' },
  ],
}
