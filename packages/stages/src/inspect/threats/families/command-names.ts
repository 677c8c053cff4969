import { words } from '../rule.ts'

/** Programs whose names are hardly words of anything else. */
export const programs = words(`
  tac nl od xxd hexdump uniq gawk mawk nawk egrep fgrep xargs pwd whoami uname ifconfig netstat arp ping6 traceroute nslookup
  wget nc ncat netcat socat scp sftp tftp rsync bash zsh ksh csh tcsh dash busybox usleep printf rm rmdir mkdir mv chmod
  chown chgrp killall pkill printenv whereis base64 base32 openssl md5sum sha1sum irb nodejs javac gcc g++ gdb strace ltrace
  lsof lsb_release crontab systemctl sudo useradd adduser usermod groupadd unzip gzip gunzip bzip2 vi vim nano kubectl apt-get
  dpkg npx nohup tmux dd poweroff lastlog finger sendmail pwsh powershell netsh tasklist taskkill systeminfo ipconfig nbtstat
  wmic certutil bitsadmin mshta rundll32 regsvr32 cscript wscript schtasks attrib icacls sysinfo ansible ansible-playbook
  ansible-doc ansible-console ansible-inventory ansible-pull ansible-vault ansible-galaxy chef-client chef-shell chef-run
  chef-vault sysctl modprobe insmod rmmod iptables nmap tcpdump logname getent setfacl rlwrap tclsh capsh unshare nsenter rmt
  rcp rlogin rsh rbash jjs jrunscript pico sqlite3 mysql psql redis-cli busctl dmsetup dmesg visudo aptitude perf flock
  cpulimit regedit bcdboot invoke-webrequest invoke-expression iwr iex cscli aa-disable c89 c99 gcc10 python3 python2 php5 php7
  phpinfo passthru ls ps df du mysqldump pg_dump doas runuser setsid stdbuf ionice chroot chattr lsattr mkfifo mknod mktemp
  apk pacman zypper snap yarn pnpm pip3 gem cpan rpm yum brew docker podman tclsh8 rview rvim vimdiff ftpget htop atop iftop
  pgrep pidof pstree lsusb lspci lscpu blkid fdisk parted mkfs losetup useradd userdel groupdel chpasswd passwd su
  tcsh fish ash awk sed grep cat id curl ssh telnet perl ruby sh ln cp zip tar xz ed cc ip ss hostname route shadow
  dig whois env ver irm setx forfiles wsl mklink robocopy xcopy diskpart bcdedit vssadmin fsutil reg
`)
/** Programs whose names are words of English too. */
export const wordlike = words(`
  more less head tail strings sort cut paste rev tee find dir cd who w fetch host ftp sleep timeout echo touch kill top mount
  umount set export alias which locate file stat python php node lua java make at service users time watch screen
  shutdown reboot halt init uptime date cal last mail command cmd type copy del erase move ren net sc vol true false test
  eval exec source trap nice fold expand column comm diff cmp groups seq expr install script expect tr pr ex git svn vi
  apt pip npm emacs lp yes read wait jobs history unset declare local return exit break split join dir print open start
  call for if while case until do ping system base sysinfo mongo rc
`)
