import { words } from '../rule.ts'

export const functions = words(`
  sleep benchmark pg_sleep load_file extractvalue updatexml group_concat concat_ws xmltype elt randomblob zeroblob
  make_set load_extension fn_virtualfilestats openrowset opendatasource openquery lo_import lo_export pg_read_file
  pg_ls_dir regexp_substring generate_series aes_decrypt aes_encrypt des_decrypt name_const procedure_analyse
  json_extract json_keys json_search json_array_elements sys_eval sys_exec waitfor randn bin_to_num
  substring_index find_in_set unhex conv geometrycollection multipoint polygon multipolygon linestring
  multilinestring gtid_subset gtid_subtract st_latfromgeohash st_longfromgeohash st_pointfromgeohash
  jsonb_pretty xmlforest dbms_xmlgen query_to_xml database_to_xml table_to_xml xp_cmdshell sp_executesql
  row_count found_rows last_insert_id connection_id session_user system_user current_user schema uncompress
`)

export const catalogues = words(`
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
export const scalars = words(`
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
