#include "tests/bench/nginx_peer.h"

#include "msp-portal/server/certificates.h"

#include <fstream>
#include <string>

namespace doorward::bench {

Child start_nginx() {
    const auto certificate = portal::certificates::certificate_file("/etc/doorward/keys", "app").native();
    const auto key = portal::certificates::key_file("/etc/doorward/keys", "app").native();
    write_file("/var/lib/peer/nginx.conf",
               "daemon off;\nuser root;\nworker_processes 1;\nworker_rlimit_nofile 16384;\npid /run/nginx.pid;\n"
               "error_log /var/lib/peer/nginx.log error;\n"
               "events { worker_connections 8192; }\n"
               "http {\n  access_log off;\n  keepalive_timeout 3600s;\n  keepalive_requests 1000000;\n"
               "  client_body_temp_path /var/lib/peer/nginx-body;\n  proxy_temp_path /var/lib/peer/nginx-proxy;\n"
               "  fastcgi_temp_path /var/lib/peer/nginx-fastcgi;\n  uwsgi_temp_path /var/lib/peer/nginx-uwsgi;\n"
               "  scgi_temp_path /var/lib/peer/nginx-scgi;\n"
               "  server {\n    listen 127.0.0.1:" +
                   std::to_string(k_nginx_port) + " ssl;\n    ssl_certificate " + certificate +
                   ";\n    ssl_certificate_key " + key +
                   ";\n    ssl_protocols TLSv1.3;\n    ssl_session_tickets off;\n"
                   "    root /var/lib/peer/web;\n  }\n}\n",
               0644);
    return Child({"/usr/sbin/nginx", "-c", "/var/lib/peer/nginx.conf"}, "/var/lib/peer/nginx.out");
}

double nginx_memory(const Child& nginx) {
    const std::string master = std::to_string(nginx.process());
    std::ifstream children("/proc/" + master + "/task/" + master + "/children");
    double memory = memory_of(nginx.process());
    pid_t worker = 0;
    while (children >> worker)
        memory += memory_of(worker);
    return memory;
}

}  // namespace doorward::bench
