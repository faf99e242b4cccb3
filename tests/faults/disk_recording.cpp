#include "tests/faults/disk_recording.h"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

namespace doorward::tests {

struct DiskRecording::Entered {
    std::uint64_t number = 0;
    std::array<std::uint64_t, 6> arguments{};
    std::string file;  ///< behind the descriptor, where the call has one
    std::string text;  ///< what it writes
    std::uint64_t at = 0;
};

namespace {

std::string process_file(pid_t thread, const std::string& name) {
    return "/proc/" + std::to_string(thread) + '/' + name;
}

std::string memory_of(pid_t thread, std::uint64_t address, std::size_t size) {
    std::string bytes(size, '\0');
    const iovec here{bytes.data(), size};
    iovec there{};
    there.iov_base = reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr): of another process
    there.iov_len = size;
    const auto got = process_vm_readv(thread, &here, 1, &there, 1, 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

std::string text_of(pid_t thread, std::uint64_t address) {
    std::string text;
    for (std::string part; text.size() < 4096; text += part) {
        // Never over the end of a page, where nothing may be.
        part = memory_of(thread, address + text.size(), 64 - (address + text.size()) % 64);
        const auto end = part.find('\0');
        if (end != std::string::npos) return text + part.substr(0, end);
        if (part.empty()) break;
    }
    return text;
}

std::string file_behind(pid_t thread, std::uint64_t descriptor) {
    std::error_code error;
    return std::filesystem::read_symlink(process_file(thread, "fd/" + std::to_string(descriptor)), error).native();
}

std::uint64_t position_in(pid_t thread, std::uint64_t descriptor) {
    std::string word;
    std::uint64_t position = 0;
    std::ifstream(process_file(thread, "fdinfo/" + std::to_string(descriptor))) >> word >> position;
    return position;
}

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool is_memory(const std::string& file) {
    return file.ends_with("-shm");
}

void write_at(std::string& text, std::uint64_t at, const std::string& bytes) {
    if (text.size() < at + bytes.size()) text.resize(at + bytes.size(), '\0');
    std::ranges::copy(bytes, text.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

DiskRecording::DiskRecording(std::vector<std::filesystem::path> folders) : m_folders(std::move(folders)) {
    for (const auto& folder : m_folders) {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const std::string& file = entry.path().native();
            if (entry.is_regular_file() && !is_memory(file)) m_before[file] = content(entry.path());
        }
    }
}

DiskRecording::~DiskRecording() {
    finish();
}

void DiskRecording::finish() {
    if (m_thread.joinable()) m_thread.join();
}

void DiskRecording::follow(pid_t program) {
    // Whoever attaches has to be the one that waits.
    m_thread = std::thread([this, program] { trace(program); });
    for (bool follows = false; !follows;) {
        std::this_thread::yield();
        const std::scoped_lock lock(m_mutex);
        follows = m_follows;
    }
}

void DiskRecording::trace(pid_t program) {
    std::set<pid_t> seized;
    constexpr long k_options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE;
    for (bool is_new = true; is_new;) {
        is_new = false;
        std::error_code error;
        for (const auto& task : std::filesystem::directory_iterator(process_file(program, "task"), error)) {
            const auto thread = static_cast<pid_t>(std::stol(task.path().filename().native()));
            if (!seized.insert(thread).second) continue;
            ptrace(PTRACE_SEIZE, thread, nullptr, k_options);
            ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr);
            is_new = true;
        }
    }
    std::map<pid_t, Entered> inside;
    for (std::set<pid_t> stopped;;) {
        int status = 0;
        const pid_t thread = waitpid(-1, &status, __WALL | __WNOTHREAD);
        if (thread < 0 && errno == EINTR) continue;
        if (thread < 0) break;
        if (WIFEXITED(status) || WIFSIGNALED(status)) continue;
        int signal = 0;
        if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            __ptrace_syscall_info info{};
            ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info);
            if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
                Entered call{.number = info.entry.nr, .arguments = {}, .file = {}, .text = {}, .at = 0};
                std::ranges::copy(info.entry.args, call.arguments.begin());
                const auto& arguments = call.arguments;
                switch (call.number) {
                    case SYS_write:
                    case SYS_pwrite64:
                        call.file = file_behind(thread, arguments[0]);
                        if (!is_ours(call.file)) break;
                        call.text = memory_of(thread, arguments[1], arguments[2]);
                        call.at = call.number == SYS_pwrite64 ? arguments[3] : position_in(thread, arguments[0]);
                        break;
                    case SYS_ftruncate:
                    case SYS_fsync:
                    case SYS_fdatasync:
                        call.file = file_behind(thread, arguments[0]);
                        break;
                    default:
                        break;
                }
                inside[thread] = std::move(call);
            } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
                left(thread, inside[thread], info.exit.rval);
            }
        } else if (status >> 16 == 0) {
            signal = WSTOPSIG(status);
        }
        ptrace(PTRACE_SYSCALL, thread, nullptr, signal);
        stopped.insert(thread);
        if (std::ranges::includes(stopped, seized)) {
            const std::scoped_lock lock(m_mutex);
            m_follows = true;
        }
    }
    const std::scoped_lock lock(m_mutex);
    m_follows = true;
}

void DiskRecording::left(pid_t thread, const Entered& call, std::int64_t result) {
    using Kind = Change::Kind;
    if (result < 0) return;
    const auto& arguments = call.arguments;
    switch (call.number) {
        case SYS_openat:
        case SYS_open: {
            const std::uint64_t flags = call.number == SYS_openat ? arguments[2] : arguments[1];
            const std::string file = file_behind(thread, static_cast<std::uint64_t>(result));
            if ((flags & O_CREAT) != 0) add({.kind = Kind::Create, .file = file, .other = {}, .at = 0});
            if ((flags & O_TRUNC) != 0) add({.kind = Kind::Truncate, .file = file, .other = {}, .at = 0});
            return;
        }
        case SYS_write:
        case SYS_pwrite64:
            add({.kind = Kind::Write,
                 .file = call.file,
                 .other = call.text.substr(0, static_cast<std::size_t>(result)),
                 .at = call.at});
            return;
        case SYS_ftruncate:
            add({.kind = Kind::Truncate, .file = call.file, .other = {}, .at = arguments[1]});
            return;
        case SYS_fsync:
        case SYS_fdatasync:
            add({.kind = Kind::Sync, .file = call.file, .other = {}, .at = 0});
            return;
        case SYS_rename:
            add({.kind = Kind::Rename,
                 .file = text_of(thread, arguments[0]),
                 .other = text_of(thread, arguments[1]),
                 .at = 0});
            return;
        case SYS_renameat:
        case SYS_renameat2:
            add({.kind = Kind::Rename,
                 .file = text_of(thread, arguments[1]),
                 .other = text_of(thread, arguments[3]),
                 .at = 0});
            return;
        case SYS_unlink:
            add({.kind = Kind::Remove, .file = text_of(thread, arguments[0]), .other = {}, .at = 0});
            return;
        case SYS_unlinkat:
            add({.kind = Kind::Remove, .file = text_of(thread, arguments[1]), .other = {}, .at = 0});
            return;
        default:
            return;
    }
}

bool DiskRecording::is_ours(const std::string& file) const {
    return !is_memory(file) && std::ranges::any_of(m_folders, [&](const std::filesystem::path& folder) {
        return std::filesystem::path(file).parent_path() == folder;
    });
}

void DiskRecording::add(Change change) {
    if (!is_ours(change.file)) return;
    const std::scoped_lock lock(m_mutex);
    m_changes.push_back(std::move(change));
}

std::size_t DiskRecording::moment() {
    const std::scoped_lock lock(m_mutex);
    return m_changes.size();
}

std::string DiskRecording::content_of(const File& file, Survived survived) {
    std::string text = file.durable;
    if (survived == Survived::Nothing) return text;
    for (std::size_t number = 0; number < file.pending.size(); ++number) {
        const Change& change = *file.pending[number];
        if (change.kind == Change::Kind::Truncate) {
            text.resize(change.at, '\0');
            continue;
        }
        if (survived == Survived::EverySecond && number % 2 == 0) continue;
        const bool is_torn = survived == Survived::LastTornInHalf && number + 1 == file.pending.size();
        write_at(text, change.at, is_torn ? change.other.substr(0, change.other.size() / 2) : change.other);
    }
    return text;
}

void DiskRecording::cut(std::size_t moment, Survived survived) const {
    using Kind = Change::Kind;
    std::map<std::string, File> files;
    for (const auto& [name, text] : m_before)
        files[name].durable = text;
    for (std::size_t number = 0; number < moment && number < m_changes.size(); ++number) {
        const Change& change = m_changes[number];
        File& file = files[change.file];
        switch (change.kind) {
            case Kind::Create:
                break;
            case Kind::Write:
            case Kind::Truncate:
                file.pending.push_back(&change);
                break;
            case Kind::Sync:
                file.durable = content_of(file, Survived::Everything);
                file.pending.clear();
                break;
            case Kind::Rename: {
                File moved = std::move(file);
                files.erase(change.file);
                files[change.other] = std::move(moved);
                break;
            }
            case Kind::Remove:
                files.erase(change.file);
                break;
        }
    }
    for (const auto& folder : m_folders) {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.is_regular_file()) std::filesystem::remove(entry.path());
        }
    }
    for (const auto& [name, file] : files) {
        std::ofstream(name, std::ios::binary | std::ios::trunc) << content_of(file, survived);
        chmod(name.c_str(), 0600);
    }
}

}  // namespace doorward::tests
