#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

namespace doorward::platform {

struct CurlCloser {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using CurlHandle = std::unique_ptr<CURL, CurlCloser>;

/// A handle that uses no signals, no proxy and no .netrc, and TLS 1.2 at least.
[[nodiscard]] inline CurlHandle make_curl() {
    static const CURLcode k_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (k_ready != CURLE_OK) return nullptr;
    CurlHandle handle(curl_easy_init());
    if (handle == nullptr) return nullptr;
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(handle.get(), CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(handle.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    return handle;
}

class CurlList {
public:
    CurlList() = default;
    CurlList(const CurlList&) = delete;
    CurlList& operator=(const CurlList&) = delete;
    ~CurlList() { curl_slist_free_all(m_list); }
    void append(const std::string& text) { m_list = curl_slist_append(m_list, text.c_str()); }
    [[nodiscard]] curl_slist* get() const { return m_list; }

private:
    curl_slist* m_list = nullptr;
};

}  // namespace doorward::platform
