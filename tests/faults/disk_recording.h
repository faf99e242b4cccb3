#pragma once
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace doorward::tests {

/// What of the last writes, those that no fsync had carried to the disk, is there after the power was cut.
enum class Survived : std::uint8_t { Nothing, Everything, EverySecond, LastTornInHalf };

/// What a running program does to the files in some folders, in order, so that the power can be cut afterwards at every
/// moment of it. Names are taken to be on the disk at once, as an ordered journal has them; content is not.
class DiskRecording {
public:
    /// Of the files that are there now. Files whose name ends in "-shm" are memory, not disk.
    explicit DiskRecording(std::vector<std::filesystem::path> folders);
    ~DiskRecording();
    DiskRecording(const DiskRecording&) = delete;
    DiskRecording& operator=(const DiskRecording&) = delete;

    /// Follows every thread of the program, until it ends. Returns once all of them are followed.
    void follow(pid_t program);
    /// Waits for the program's end, which somebody else brings about.
    void finish();

    /// How many changes there are so far: a moment at which the power can be cut.
    [[nodiscard]] std::size_t moment();
    /// Puts the folders into the state in which a disk would have them.
    void cut(std::size_t moment, Survived survived) const;

private:
    struct Change {
        enum class Kind : std::uint8_t { Create, Write, Truncate, Sync, Rename, Remove };
        Kind kind = Kind::Write;
        std::string file;
        std::string other;  ///< the new name, or the bytes
        std::uint64_t at = 0;
    };
    struct File {
        std::string durable;
        std::vector<const Change*> pending;
    };
    struct Entered;

    void trace(pid_t program);
    void left(pid_t thread, const Entered& call, std::int64_t result);
    void add(Change change);
    [[nodiscard]] bool is_ours(const std::string& file) const;
    [[nodiscard]] static std::string content_of(const File& file, Survived survived);

    std::vector<std::filesystem::path> m_folders;
    std::map<std::string, std::string> m_before;
    std::mutex m_mutex;
    std::vector<Change> m_changes;
    bool m_follows = false;
    std::thread m_thread;
};

}  // namespace doorward::tests
