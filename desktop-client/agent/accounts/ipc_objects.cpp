#include "desktop-client/agent/accounts/ipc_objects.h"

#include "desktop-client/agent/accounts/sweeper.h"

#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <thread>

namespace doorward::agent {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// logind looks once it has seen the account's own service manager end.
constexpr auto k_logind_patience = 12s;
constexpr auto k_pause = 50ms;
constexpr std::int64_t k_removed_already = 01000;  // SHM_DEST: it goes with the last process that is attached

enum class Facility { SharedMemory, Semaphores, Messages };

struct Listing {
    Facility facility;
    const char* file;
    const char* id_column;
};
constexpr std::array k_listings{
    Listing{Facility::SharedMemory, "/proc/sysvipc/shm", "shmid"},
    Listing{Facility::Semaphores, "/proc/sysvipc/sem", "semid"},
    Listing{Facility::Messages, "/proc/sysvipc/msg", "msqid"},
};

struct Object {
    Facility facility;
    int id;
    std::string description;
};

// The columns of /proc/sysvipc differ from kernel to kernel; their names do not.
std::vector<Object> objects_of(uid_t uid) {
    std::vector<Object> objects;
    for (const Listing& listing : k_listings) {
        std::ifstream file(listing.file);
        std::string line;
        std::getline(file, line);
        std::istringstream head(line);
        const std::vector<std::string> names{std::istream_iterator<std::string>(head), {}};
        while (std::getline(file, line)) {
            std::istringstream fields(line);
            std::map<std::string, std::int64_t, std::less<>> row;
            for (const std::string& name : names) {
                std::string field;
                if (fields >> field) row[name] = std::strtoll(field.c_str(), nullptr, name == "perms" ? 8 : 10);
            }
            if (!row.contains("uid") || !row.contains("cuid") || !row.contains(listing.id_column)) continue;
            const bool is_own = row["uid"] == std::int64_t{uid} || row["cuid"] == std::int64_t{uid};
            const bool is_removed =
                listing.facility == Facility::SharedMemory && (row["perms"] & k_removed_already) != 0;
            if (!is_own || is_removed) continue;
            const auto id = static_cast<int>(row[listing.id_column]);
            objects.push_back({listing.facility, id, std::string(listing.id_column) + ' ' + std::to_string(id)});
        }
    }
    return objects;
}

void remove(const Object& object) {
    switch (object.facility) {
        case Facility::SharedMemory:
            shmctl(object.id, IPC_RMID, nullptr);
            return;
        case Facility::Semaphores:
            semctl(object.id, 0, IPC_RMID);
            return;
        case Facility::Messages:
            msgctl(object.id, IPC_RMID, nullptr);
            return;
    }
}

}  // namespace

void remove_ipc_objects(uid_t uid, std::vector<Remainder>& remains) {
    Sweeper(uid, Remainder::Kind::IpcObject, remains).sweep({"/dev/mqueue"});
    const auto deadline = Clock::now() + k_logind_patience;
    std::vector<Object> objects = objects_of(uid);
    for (;;) {
        for (const Object& object : objects)
            remove(object);
        objects = objects_of(uid);
        if (objects.empty() || Clock::now() >= deadline) break;
        std::this_thread::sleep_for(k_pause);
    }
    for (const Object& object : objects)
        remains.push_back({.kind = Remainder::Kind::IpcObject, .detail = object.description});
}

}  // namespace doorward::agent
