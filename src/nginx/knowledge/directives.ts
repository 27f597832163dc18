/**
 * What Nginx's own modules say of their directives, read out of the command tables of 1.22.1 and 1.26.3, with what
 * later versions allow more. Each line: module, where it may stand, how many values it takes, of which kind, the names.
 *
 * Where: `m` outermost, `e` events, `h` http (stream, mail), `s` server, `l` location, `u` upstream, `i` and `j` an if
 * in server and location, `x` limit_except. How many: digits, `+` or more, `{` with a block. Kind: what Nginx refuses
 * twice in one block, `once` or a value that it checks (`flag`, `num`, `size` …), and `any` that it may repeat.
 */
export const directiveTable = `
core any 1 any: include
core e 1 any: debug_connection
core e 1 flag: accept_mutex multi_accept
core e 1 msec: accept_mutex_delay
core e 1 num: epoll_events worker_aio_requests
core e 1 once: use worker_connections
core m 0{ once: events http mail stream
core m 1 any: env load_module ssl_engine worker_priority
core m 1 flag: daemon master_process pcre_jit quic_bpf
core m 1 msec: timer_resolution worker_shutdown_timeout
core m 1 num: worker_rlimit_nofile
core m 1 off: worker_rlimit_core
core m 1 once: debug_points lock_file pid worker_processes working_directory
core m 1+ any: error_log worker_cpu_affinity
core m 12 once: user
core m 23 any: thread_pool
http h 1 num: map_hash_bucket_size map_hash_max_size server_names_hash_bucket_size server_names_hash_max_size
  variables_hash_bucket_size variables_hash_max_size
http h 1 size: http2_recv_buffer_size
http h 12{ any: geo
http h 1{ any: upstream
http h 2 any: limit_conn_zone
http h 2+ any: log_format
http h 2+ any: fastcgi_cache_path proxy_cache_path scgi_cache_path uwsgi_cache_path
http h 2{ any: charset_map map split_clients
http h 3 any: limit_req_zone
http hs 1 any: http2_idle_timeout http2_max_concurrent_pushes http2_max_field_size http2_max_header_size
  http2_max_requests http2_recv_timeout quic_host_key ssl_certificate ssl_certificate_key ssl_ocsp_cache
  ssl_password_file ssl_session_ticket_key
http hs 1 flag: http2 http3 http3_hq ignore_invalid_headers merge_slashes quic_gso quic_retry ssl_early_data
  ssl_prefer_server_ciphers ssl_reject_handshake ssl_session_tickets ssl_stapling ssl_stapling_verify
  underscores_in_headers
http hs 1 msec: client_header_timeout
http hs 1 num: http2_max_concurrent_streams http2_streams_index_size http3_max_concurrent_streams max_headers
  quic_active_connection_id_limit ssl_verify_depth
http hs 1 once: ssl_ciphers ssl_client_certificate ssl_crl ssl_dhparam ssl_ecdh_curve ssl_ocsp ssl_ocsp_responder
  ssl_stapling_file ssl_stapling_responder ssl_trusted_certificate ssl_verify_client
http hs 1 sec: ssl_session_timeout
http hs 1 size: client_header_buffer_size connection_pool_size http2_body_preread_size http2_pool_size
  http3_stream_buffer_size request_pool_size ssl_buffer_size
http hs 1+ any: ssl_protocols
http hs 12 any: ssl_session_cache
http hs 2 any: ssl_conf_command
http hs 2 bufs: large_client_header_buffers
http hsl 0{ any: types
http hsl 1 any: ancient_browser_value fastcgi_catch_stderr fastcgi_hide_header fastcgi_pass_header
  fastcgi_split_path_info grpc_hide_header grpc_pass_header grpc_ssl_password_file http2_push http2_push_preload
  mirror modern_browser_value proxy_hide_header proxy_pass_header proxy_ssl_password_file real_ip_header
  scgi_hide_header scgi_pass_header set_real_ip_from userid_expires userid_mark uwsgi_hide_header uwsgi_pass_header
  uwsgi_ssl_password_file
http hsl 1 flag: absolute_redirect aio_write autoindex autoindex_exact_size autoindex_localtime
  chunked_transfer_encoding client_body_in_single_buffer create_full_put_path etag fastcgi_buffering
  fastcgi_cache_background_update fastcgi_cache_lock fastcgi_cache_revalidate fastcgi_force_ranges
  fastcgi_ignore_client_abort fastcgi_intercept_errors fastcgi_keep_conn fastcgi_pass_request_body
  fastcgi_pass_request_headers fastcgi_request_buffering fastcgi_socket_keepalive grpc_intercept_errors
  grpc_socket_keepalive grpc_ssl_server_name grpc_ssl_session_reuse grpc_ssl_verify gunzip gzip_no_buffer gzip_vary
  limit_conn_dry_run limit_req_dry_run log_not_found log_subrequest memcached_socket_keepalive mirror_request_body
  mp4_start_key_frame msie_padding msie_refresh open_file_cache_errors open_file_cache_events port_in_redirect
  proxy_buffering proxy_cache_background_update proxy_cache_convert_head proxy_cache_lock proxy_cache_revalidate
  proxy_force_ranges proxy_ignore_client_abort proxy_intercept_errors proxy_pass_request_body
  proxy_pass_request_headers proxy_request_buffering proxy_socket_keepalive proxy_ssl_server_name
  proxy_ssl_session_reuse proxy_ssl_verify real_ip_recursive recursive_error_pages reset_timedout_connection
  scgi_buffering scgi_cache_background_update scgi_cache_lock scgi_cache_revalidate scgi_force_ranges
  scgi_ignore_client_abort scgi_intercept_errors scgi_pass_request_body scgi_pass_request_headers
  scgi_request_buffering scgi_socket_keepalive server_name_in_redirect ssi_ignore_recycled_buffers ssi_last_modified
  ssi_silent_errors sub_filter_last_modified sub_filter_once tcp_nodelay tcp_nopush uwsgi_buffering
  uwsgi_cache_background_update uwsgi_cache_lock uwsgi_cache_revalidate uwsgi_force_ranges uwsgi_ignore_client_abort
  uwsgi_intercept_errors uwsgi_pass_request_body uwsgi_pass_request_headers uwsgi_request_buffering
  uwsgi_socket_keepalive uwsgi_ssl_server_name uwsgi_ssl_session_reuse uwsgi_ssl_verify
http hsl 1 msec: auth_delay client_body_timeout fastcgi_cache_lock_age fastcgi_cache_lock_timeout
  fastcgi_connect_timeout fastcgi_next_upstream_timeout fastcgi_read_timeout fastcgi_send_timeout grpc_connect_timeout
  grpc_next_upstream_timeout grpc_read_timeout grpc_send_timeout lingering_time lingering_timeout
  memcached_connect_timeout memcached_next_upstream_timeout memcached_read_timeout memcached_send_timeout
  proxy_cache_lock_age proxy_cache_lock_timeout proxy_connect_timeout proxy_next_upstream_timeout proxy_read_timeout
  proxy_send_timeout scgi_cache_lock_age scgi_cache_lock_timeout scgi_connect_timeout scgi_next_upstream_timeout
  scgi_read_timeout scgi_send_timeout send_timeout uwsgi_cache_lock_age uwsgi_cache_lock_timeout uwsgi_connect_timeout
  uwsgi_next_upstream_timeout uwsgi_read_timeout uwsgi_send_timeout
http hsl 1 num: fastcgi_cache_min_uses fastcgi_next_upstream_tries grpc_next_upstream_tries grpc_ssl_verify_depth
  gzip_comp_level limit_conn_status limit_req_status max_ranges memcached_gzip_flag memcached_next_upstream_tries
  min_delete_depth open_file_cache_min_uses proxy_cache_min_uses proxy_headers_hash_bucket_size
  proxy_headers_hash_max_size proxy_next_upstream_tries proxy_ssl_verify_depth scgi_cache_min_uses
  scgi_next_upstream_tries types_hash_bucket_size types_hash_max_size userid_service uwsgi_cache_min_uses
  uwsgi_modifier1 uwsgi_modifier2 uwsgi_next_upstream_tries uwsgi_ssl_verify_depth
http hsl 1 off: client_max_body_size directio_alignment fastcgi_cache_max_range_offset proxy_cache_max_range_offset
  scgi_cache_max_range_offset uwsgi_cache_max_range_offset
http hsl 1 once: add_after_body add_before_body aio auth_request autoindex_format client_body_in_file_only
  default_type directio fastcgi_cache fastcgi_cache_key fastcgi_index fastcgi_store grpc_ssl_certificate
  grpc_ssl_certificate_key grpc_ssl_ciphers grpc_ssl_crl grpc_ssl_name grpc_ssl_trusted_certificate gzip_http_version
  gzip_static if_modified_since limit_conn_log_level limit_req_log_level lingering_close proxy_cache proxy_cache_key
  proxy_http_version proxy_method proxy_set_body proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_ciphers
  proxy_ssl_crl proxy_ssl_name proxy_ssl_trusted_certificate proxy_store satisfy scgi_cache scgi_cache_key scgi_store
  secure_link secure_link_md5 secure_link_secret server_tokens userid userid_domain userid_name userid_p3p userid_path
  uwsgi_cache uwsgi_cache_key uwsgi_ssl_certificate uwsgi_ssl_certificate_key uwsgi_ssl_ciphers uwsgi_ssl_crl
  uwsgi_ssl_name uwsgi_ssl_trusted_certificate uwsgi_store uwsgi_string
http hsl 1 sec: open_file_cache_valid
http hsl 1 size: client_body_buffer_size fastcgi_buffer_size fastcgi_busy_buffers_size fastcgi_limit_rate
  fastcgi_max_temp_file_size fastcgi_send_lowat fastcgi_temp_file_write_size grpc_buffer_size gzip_hash
  gzip_min_length gzip_window http2_chunk_size memcached_buffer_size mp4_buffer_size mp4_max_buffer_size
  postpone_gzipping postpone_output proxy_buffer_size proxy_busy_buffers_size proxy_limit_rate
  proxy_max_temp_file_size proxy_send_lowat proxy_temp_file_write_size read_ahead scgi_buffer_size
  scgi_busy_buffers_size scgi_limit_rate scgi_max_temp_file_size scgi_temp_file_write_size send_lowat
  sendfile_max_chunk slice ssi_min_file_chunk ssi_value_length subrequest_output_buffer_size uwsgi_buffer_size
  uwsgi_busy_buffers_size uwsgi_limit_rate uwsgi_max_temp_file_size uwsgi_temp_file_write_size
http hsl 1+ any: addition_types ancient_browser charset_types dav_methods error_log fastcgi_cache_bypass
  fastcgi_cache_methods fastcgi_cache_use_stale fastcgi_cache_valid fastcgi_ignore_headers fastcgi_next_upstream
  fastcgi_no_cache grpc_ignore_headers grpc_next_upstream grpc_ssl_protocols gzip_disable gzip_proxied gzip_types
  index memcached_next_upstream proxy_cache_bypass proxy_cache_methods proxy_cache_use_stale proxy_cache_valid
  proxy_ignore_headers proxy_next_upstream proxy_no_cache proxy_ssl_protocols scgi_cache_bypass scgi_cache_methods
  scgi_cache_use_stale scgi_cache_valid scgi_ignore_headers scgi_next_upstream scgi_no_cache ssi_types
  sub_filter_types uwsgi_cache_bypass uwsgi_cache_methods uwsgi_cache_use_stale uwsgi_cache_valid uwsgi_ignore_headers
  uwsgi_next_upstream uwsgi_no_cache uwsgi_ssl_protocols
http hsl 12 any: disable_symlinks keepalive_disable modern_browser proxy_cookie_domain proxy_cookie_path proxy_redirect
http hsl 12 once: fastcgi_bind grpc_bind memcached_bind open_file_cache proxy_bind scgi_bind uwsgi_bind
http hsl 123 any: dav_access fastcgi_store_access limit_req proxy_store_access scgi_store_access userid_flags
  uwsgi_store_access
http hsl 1234 any: open_log_file_cache proxy_cookie_flags
http hsl 1234 once: client_body_temp_path fastcgi_temp_path proxy_temp_path scgi_temp_path uwsgi_temp_path
http hsl 2 any: auth_request_set grpc_set_header grpc_ssl_conf_command limit_conn proxy_set_header
  proxy_ssl_conf_command sub_filter uwsgi_ssl_conf_command
http hsl 2 bufs: fastcgi_buffers gunzip_buffers gzip_buffers output_buffers proxy_buffers scgi_buffers uwsgi_buffers
http hsl 23 any: fastcgi_param scgi_param uwsgi_param
http hslij 1 flag: rewrite_log uninitialized_variable_warn
http hslj 1 any: source_charset
http hslj 1 flag: gzip override_charset sendfile ssi
http hslj 1 once: charset limit_rate limit_rate_after post_action root
http hslj 12 once: expires
http hslj 2+ any: error_page
http hslj 23 any: add_header add_trailer
http hsljx 1+ any: access_log
http hslu 1 msec: keepalive_time resolver_timeout
http hslu 1 num: keepalive_requests
http hslu 1+ once: resolver
http hslu 12 once: keepalive_timeout
http hslx 1 any: allow auth_basic_user_file deny
http hslx 1 once: auth_basic
http l 0 any: empty_gif flv mp4
http l 0 once: internal
http l 1 flag: random_index
http l 1 once: alias
http l 1+{ once: limit_except
http lj 1 once: fastcgi_pass grpc_pass memcached_pass scgi_pass uwsgi_pass
http ljx 1 once: proxy_pass
http s 1+ any: listen server_name
http sl 01 any: stub_status
http sl 1 num: referer_hash_bucket_size referer_hash_max_size
http sl 1+ any: valid_referers
http sl 1+{ any: if
http sl 12{ any: location
http sl 2+ once: try_files
http slij 0 any: break
http slij 12 any: return
http slij 2 any: set
http slij 23 any: rewrite
http u 0 any: ip_hash least_conn
http u 012 any: random
http u 12 any: hash zone
http u 12 once: keepalive
mail hs 1 any: auth_http set_real_ip_from ssl ssl_certificate ssl_certificate_key ssl_password_file
  ssl_session_ticket_key starttls
mail hs 1 flag: auth_http_pass_client_cert proxy proxy_pass_error_message proxy_protocol proxy_smtp_auth
  ssl_prefer_server_ciphers ssl_session_tickets xclient
mail hs 1 msec: auth_http_timeout proxy_timeout resolver_timeout smtp_greeting_delay timeout
mail hs 1 num: max_errors ssl_verify_depth
mail hs 1 once: server_name ssl_ciphers ssl_client_certificate ssl_crl ssl_dhparam ssl_ecdh_curve
  ssl_trusted_certificate ssl_verify_client
mail hs 1 sec: ssl_session_timeout
mail hs 1 size: imap_client_buffer proxy_buffer smtp_client_buffer
mail hs 1+ any: error_log imap_auth imap_capabilities pop3_auth pop3_capabilities resolver smtp_auth smtp_capabilities
  ssl_protocols
mail hs 12 any: ssl_session_cache
mail hs 2 any: auth_http_header ssl_conf_command
mail s 1 any: protocol
mail s 1+ any: listen
stream h 1 num: map_hash_bucket_size map_hash_max_size server_names_hash_bucket_size server_names_hash_max_size
  variables_hash_bucket_size variables_hash_max_size
stream h 12{ any: geo
stream h 1{ any: upstream
stream h 2 any: limit_conn_zone
stream h 2+ any: log_format
stream h 2{ any: map split_clients
stream hs 1 any: allow deny proxy_ssl_password_file set_real_ip_from ssl_certificate ssl_certificate_key
  ssl_password_file ssl_session_ticket_key
stream hs 1 flag: limit_conn_dry_run proxy_half_close proxy_next_upstream proxy_protocol proxy_socket_keepalive
  proxy_ssl proxy_ssl_server_name proxy_ssl_session_reuse proxy_ssl_verify ssl_prefer_server_ciphers ssl_preread
  ssl_reject_handshake ssl_session_tickets tcp_nodelay
stream hs 1 msec: preread_timeout proxy_connect_timeout proxy_next_upstream_timeout proxy_protocol_timeout
  proxy_timeout ssl_handshake_timeout
stream hs 1 num: proxy_next_upstream_tries proxy_requests proxy_responses proxy_ssl_verify_depth ssl_verify_depth
stream hs 1 once: limit_conn_log_level proxy_download_rate proxy_ssl_certificate proxy_ssl_certificate_key
  proxy_ssl_ciphers proxy_ssl_crl proxy_ssl_name proxy_ssl_trusted_certificate proxy_upload_rate ssl_ciphers
  ssl_client_certificate ssl_crl ssl_dhparam ssl_ecdh_curve ssl_trusted_certificate ssl_verify_client
stream hs 1 sec: ssl_session_timeout
stream hs 1 size: preread_buffer_size proxy_buffer_size proxy_downstream_buffer proxy_upstream_buffer
stream hs 1+ any: access_log error_log proxy_ssl_protocols ssl_alpn ssl_protocols
stream hs 12 any: proxy_bind ssl_session_cache
stream hs 1234 any: open_log_file_cache
stream hs 2 any: limit_conn proxy_ssl_conf_command ssl_conf_command
stream hsu 1 msec: resolver_timeout
stream hsu 1+ once: resolver
stream s 1 any: pass return
stream s 1 once: proxy_pass
stream s 1+ any: listen server_name
stream s 2 any: set
stream u 0 any: least_conn
stream u 012 any: random
stream u 12 any: hash zone
`
