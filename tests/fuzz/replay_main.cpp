// Stands in for libFuzzer outside the fuzz preset: gives each file of the folders named on the command line to the
// target once, and two inputs that every target must bear.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    const std::vector<std::string> folders(argv + 1, argv + argc);
    std::size_t count = 0;
    for (const auto& folder : folders) {
        if (!std::filesystem::is_directory(folder)) {
            std::fprintf(stderr, "no corpus folder %s\n", folder.c_str());
            return 1;
        }
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
            ++count;
        }
    }
    LLVMFuzzerTestOneInput(nullptr, 0);
    const std::vector<std::uint8_t> ones(1 << 17, 0xff);
    LLVMFuzzerTestOneInput(ones.data(), ones.size());
    std::printf("%zu inputs replayed\n", count);
    return count == 0 ? 1 : 0;
}
