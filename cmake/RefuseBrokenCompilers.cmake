# GCC before 14 destroys aggregate and capturing-lambda temporaries twice inside `co_await`
# (seen with GCC 12.2 under AddressSanitizer: "attempting double-free"). Doorward is full of coroutines.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR
    "GCC ${CMAKE_CXX_COMPILER_VERSION} miscompiles coroutines (double free of temporaries inside co_await). "
    "Use clang 19 (Debian 12: apt install clang-19; ./dev setup does it) or GCC 14 and newer.")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "clang ${CMAKE_CXX_COMPILER_VERSION} cannot compile std::expected with libstdc++ 12. Use clang 19 (./dev setup installs it).")
endif()
