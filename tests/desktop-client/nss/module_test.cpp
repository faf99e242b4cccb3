#include <catch2/catch_test_macros.hpp>
#include <dlfcn.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr const char* k_names = "/var/lib/doorward/names";
constexpr std::string_view k_nik = "msp-nik:x:52001:52101:Nik Berg:/home/msp-nik:/bin/bash\n";

void publish(std::string_view content) {
    std::filesystem::create_directories("/var/lib/doorward");
    std::filesystem::permissions("/var/lib/doorward", std::filesystem::perms(0755));
    std::filesystem::remove(k_names);
    std::ofstream(k_names) << content;
    REQUIRE(chmod(k_names, 0644) == 0);
}

// What a program started afresh is told, by glibc's own getent or id.
std::string run(const std::string& command) {
    static const bool configured = [] {
        std::ofstream("/etc/nsswitch.conf") << "passwd: files doorward\ngroup: files doorward\nshadow: files\n";
        return true;
    }();
    REQUIRE(configured);
    const std::string line = "env LD_LIBRARY_PATH=" NSS_FOLDER " " + command + " 2>&1";
    FILE* const pipe = popen(line.c_str(), "r");  // NOLINT(bugprone-command-processor)
    REQUIRE(pipe);
    std::string output;
    std::array<char, 256> part{};
    while (fgets(part.data(), part.size(), pipe) != nullptr)
        output += part.data();
    pclose(pipe);
    return output;
}

template <typename Function>
Function* symbol(const char* name) {
    static void* const module = dlopen(NSS_FOLDER "/libnss_doorward.so.2", RTLD_NOW | RTLD_LOCAL);
    REQUIRE(module);
    void* const address = dlsym(module, name);
    REQUIRE(address);
    return reinterpret_cast<Function*>(address);
}

using GetPasswd = nss_status(const char*, passwd*, char*, size_t, int*);
using GetGroup = nss_status(const char*, group*, char*, size_t, int*);

}  // namespace

TEST_CASE("getent and id know a published name, its uid and its group", "[nss]") {
    publish(k_nik);
    CHECK(run("getent passwd msp-nik") == k_nik);
    CHECK(run("getent passwd 52001") == k_nik);
    CHECK(run("getent group msp-nik") == "msp-nik:x:52101:\n");
    CHECK(run("getent group 52101") == "msp-nik:x:52101:\n");
    CHECK(run("id msp-nik") == "uid=52001(msp-nik) gid=52101(msp-nik) groups=52101(msp-nik)\n");
    CHECK(run("getent passwd msp-nobody").empty());
    CHECK(run("getent group 52001").empty());
}

TEST_CASE("names cannot be listed", "[nss]") {
    publish(k_nik);
    CHECK(run("getent passwd").find("msp-nik") == std::string::npos);
    CHECK(run("getent group").find("msp-nik") == std::string::npos);
}

TEST_CASE("a local account wins over a published one", "[nss]") {
    publish("root:x:52002:52002::/home/root:/bin/bash\n");
    CHECK(run("id -u root") == "0\n");
    CHECK(run("getent passwd 52002") == "root:x:52002:52002::/home/root:/bin/bash\n");
}

TEST_CASE("a file that somebody else could have written is not believed", "[nss]") {
    publish(k_nik);
    SECTION("group-writable") {
        REQUIRE(chmod(k_names, 0664) == 0);
    }
    SECTION("world-writable") {
        REQUIRE(chmod(k_names, 0646) == 0);
    }
    SECTION("not root's") {
        REQUIRE(chown(k_names, 65534, 0) == 0);
    }
    SECTION("in a folder that is not root's") {
        REQUIRE(chown("/var/lib/doorward", 65534, 0) == 0);
    }
    SECTION("in a folder that anybody writes") {
        REQUIRE(chmod("/var/lib/doorward", 0777) == 0);
    }
    SECTION("behind a link") {
        std::filesystem::rename(k_names, "/var/lib/doorward/elsewhere");
        std::filesystem::create_symlink("/var/lib/doorward/elsewhere", k_names);
    }
    SECTION("a pipe") {
        std::filesystem::remove(k_names);
        REQUIRE(mkfifo(k_names, 0644) == 0);
    }
    SECTION("missing") {
        std::filesystem::remove(k_names);
    }
    CHECK(run("getent passwd msp-nik").empty());
    std::filesystem::remove_all("/var/lib/doorward");
}

TEST_CASE("lines that the agent does not write are passed over, and the rest still counts", "[nss]") {
    const std::vector<std::string> bad = {
        "bad:x:0:0::/root:/bin/sh",               // root's
        "bad:x:51999:52001::/home/bad:/bin/sh",   // below the range
        "bad:x:60000:52001::/home/bad:/bin/sh",   // above it
        "bad:x:52001:27::/home/bad:/bin/sh",      // the sudo group
        "bad:x:4295019297:52001::/h:/bin/sh",     // 2^32 + 52001
        "bad:x:+52001:52001::/home/bad:/bin/sh",  //
        "bad::52001:52001::/home/bad:/bin/sh",    // no password needed
        "bad:x:52001:52001::home:/bin/sh",        //
        "bad:x:52001:52001::/home/bad",           // a field too few
        "bad:x:52001:52001::/h:/bin/sh:more",     // one too many
        "bad:x:52001:52001:" + std::string(1100, 'g') + ":/h:/bin/sh",
        std::string(5000, 'c') + ":x:52001:52001::/h:/bin/sh",
    };
    std::string content;
    for (const auto& line : bad)
        content += line + '\n';
    publish(content + std::string(k_nik) + "nut:x:52003:52003::/home/nut:/bin/ba");
    CHECK(run("getent passwd bad").empty());
    CHECK(run("getent passwd nut").empty());
    CHECK(run("getent passwd msp-nik") == k_nik);
}

TEST_CASE("of thousands of names each is found, and no other", "[nss]") {
    auto* const get_passwd = symbol<GetPasswd>("_nss_doorward_getpwnam_r");
    std::vector<std::string> names;
    for (int i = 0; i < 7'000; ++i)
        names.push_back("msp-" + std::string(static_cast<std::size_t>(i % 23), 'x') + std::to_string(i * 7));
    std::ranges::sort(names);
    std::string content;
    for (std::size_t i = 0; i < names.size(); ++i) {
        content += names[i] + ":x:" + std::to_string(52000 + i) + ":52000:" + std::string(i % 101, 'n') + ":/h:/b\n";
    }
    publish(content);
    std::array<char, 512> buffer;
    passwd entry{};
    int error = 0;
    const auto find = [&](const std::string& name) {
        return get_passwd(name.c_str(), &entry, buffer.data(), buffer.size(), &error);
    };
    std::size_t found = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (find(names[i]) == NSS_STATUS_SUCCESS && entry.pw_uid == 52000 + i) ++found;
    }
    CHECK(found == names.size());
    for (const std::string& absent : {names.front().substr(0, 4), names.back() + "0", names[3000] + "!",
                                      std::string("msp-"), std::string("a"), std::string("zzz"), std::string()}) {
        CAPTURE(absent);
        CHECK(find(absent) == NSS_STATUS_NOTFOUND);
    }
    CHECK(run("getent passwd 58999").starts_with(names.back() + ":"));
    CHECK(run("getent passwd 51999").empty());
}

TEST_CASE("lines that cannot be read hide no other name where there are many", "[nss]") {
    std::string content;
    for (int i = 1'000; i < 2'000; ++i) {
        const std::string name = "msp-t" + std::to_string(i);
        content += name + ":x:" + std::to_string(52000 + i) + ":52000::/h:/b\n";
        // As many as a half-read search meets on its way.
        if (i % 3 == 0) content += name + std::string(3'000, 'y') + "\n";
        if (i % 5 == 0) content += name + "z:broken\n";
    }
    publish(content);
    CHECK(run("id -u msp-t1000") == "53000\n");
    CHECK(run("id -u msp-t1500") == "53500\n");
    CHECK(run("id -u msp-t1999") == "53999\n");
}

TEST_CASE("a buffer too small is ERANGE and its end is never passed", "[nss]") {
    publish(k_nik);
    auto* const get_passwd = symbol<GetPasswd>("_nss_doorward_getpwnam_r");
    auto* const get_group = symbol<GetGroup>("_nss_doorward_getgrnam_r");
    const auto smallest = [](auto attempt) {
        for (std::size_t size = 0; size < 256; ++size) {
            std::vector<char> buffer(size + 8, '#');
            int error = 0;
            const nss_status status = attempt(buffer.data(), size, &error);
            CHECK(std::string(buffer.end() - 8, buffer.end()) == "########");
            if (status == NSS_STATUS_SUCCESS) return size;
            CHECK(status == NSS_STATUS_TRYAGAIN);
            CHECK(error == ERANGE);
        }
        return std::size_t{0};
    };
    passwd entry{};
    group owners{};
    // The texts and their ends: msp-nik, x, Nik Berg, /home/msp-nik, /bin/bash.
    CHECK(smallest([&](char* buffer, std::size_t size, int* error) {
              return get_passwd("msp-nik", &entry, buffer, size, error);
          }) == 8 + 2 + 9 + 14 + 10);
    CHECK(smallest([&](char* buffer, std::size_t size, int* error) {
              return get_group("msp-nik", &owners, buffer, size, error);
          }) == sizeof(char*) + 8 + 2 + 9 + 14 + 10);
    // glibc may pass any address.
    std::vector<char> buffer(257);
    int error = 0;
    REQUIRE(get_group("msp-nik", &owners, buffer.data() + 1, 256, &error) == NSS_STATUS_SUCCESS);
    CHECK(*owners.gr_mem == nullptr);
}
