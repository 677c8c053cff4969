import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startPinned } from '../processes.ts'

const recommended = '/etc/nginx/modsecurity.conf'
const rules = '/usr/share/modsecurity-crs/rules'

interface Place {
  readonly folder: string
  readonly core: number
  readonly backendPort: number
}

/** nginx with ModSecurity 3 and the Core Rule Set, as Debian has them, at a paranoia level; at 0 nginx alone. It refuses, and logs nothing. */
export async function startModSecurity({ folder, core, backendPort }: Place, level: 0 | 1 | 2) {
  const name = `modsecurity-${level}`
  const [port, file] = [await freePort(), join(folder, `${name}.conf`)]
  const settings = readFileSync(recommended, 'utf8')
    .replace(/^SecRuleEngine .*$/m, 'SecRuleEngine On')
    .replace(/^SecAuditEngine .*$/m, 'SecAuditEngine Off')
    .replace(/^SecUnicodeMapFile /m, 'SecUnicodeMapFile /etc/nginx/')
    .replace(/^SecResponseBodyAccess .*$/m, 'SecResponseBodyAccess Off')
  const levels = `SecAction "id:900000,phase:1,nolog,pass,t:none,setvar:tx.paranoia_level=${level}"`
  const methods = 'GET HEAD POST PUT PATCH DELETE OPTIONS'
  const allowed = `SecAction "id:900200,phase:1,nolog,pass,t:none,setvar:'tx.allowed_methods=${methods}'"`
  writeFileSync(
    join(folder, `${name}.rules`),
    [settings, 'Include /etc/modsecurity/crs/crs-setup.conf', levels, allowed, `Include ${rules}/*.conf`].join('\n'),
  )
  writeFileSync(
    file,
    `load_module /usr/lib/nginx/modules/ngx_http_modsecurity_module.so;
daemon off; worker_processes 1; user root; pid ${folder}/${name}.pid; error_log /dev/null crit;
events { worker_connections 512; }
http {
  access_log off; client_body_temp_path ${folder}/${name}.body; proxy_temp_path ${folder}/${name}.proxy;
  fastcgi_temp_path ${folder}/${name}.f; uwsgi_temp_path ${folder}/${name}.u; scgi_temp_path ${folder}/${name}.s;
  client_body_buffer_size 1m; client_max_body_size 10m; large_client_header_buffers 8 64k; keepalive_requests 1000000;
  upstream backend { server 127.0.0.1:${backendPort}; keepalive 32; }
  server {
    listen 127.0.0.1:${port};
    modsecurity ${level === 0 ? 'off' : 'on'}; modsecurity_rules_file ${folder}/${name}.rules;
    location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`,
  )
  const pid = await startPinned({
    ...{ core, command: '/usr/sbin/nginx', args: ['-c', file, '-p', folder], port, path: '/' },
    output: join(folder, `${name}.log`),
  })
  const installed = (each: string) =>
    execFileSync('dpkg-query', ['-W', '-f', '${Version}', each], { encoding: 'utf8' }).replace(/[-+].*/, '')
  const version = `ModSecurity ${installed('libmodsecurity3')}, CRS ${installed('modsecurity-crs')}, paranoia ${level}`
  return { name, port, pid, version: level === 0 ? 'nginx alone' : version }
}
