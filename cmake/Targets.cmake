# How every target of ours is built: one place for warnings, hardening, sanitizers.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(DOORWARD_FUZZ "Build the libFuzzer targets" OFF)
set(DOORWARD_SANITIZE "" CACHE STRING "Value of -fsanitize= for our own targets, e.g. address,undefined")

find_program(DOORWARD_CCACHE ccache)
if(DOORWARD_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${DOORWARD_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${DOORWARD_CCACHE}")
endif()

add_library(doorward_options INTERFACE)
target_include_directories(doorward_options INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/generated")
target_compile_options(doorward_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast -Werror
  -fstack-protector-strong -fstack-clash-protection -fcf-protection
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
target_link_options(doorward_options INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_link_options(doorward_options INTERFACE -fuse-ld=lld)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(doorward_options INTERFACE _FORTIFY_SOURCE=3)
endif()
if(DOORWARD_SANITIZE)
  target_compile_options(doorward_options INTERFACE -fsanitize=${DOORWARD_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(doorward_options INTERFACE -fsanitize=${DOORWARD_SANITIZE})
endif()
if(DOORWARD_FUZZ)
  target_compile_options(doorward_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(DOORWARD_SANITIZE STREQUAL "thread")
  # A race ends the program, so that whoever waits for it fails. By the environment this would not reach the lab's services.
  set(DOORWARD_SANITIZER_SOURCES "${CMAKE_BINARY_DIR}/generated/thread_sanitizer.cpp")
  file(WRITE "${DOORWARD_SANITIZER_SOURCES}"
    "extern \"C\" const char* __tsan_default_options() { return \"halt_on_error=1\"; }\n")
  # It does not know fences, by which Asio counts references; Boost's own counter does without.
  target_compile_definitions(doorward_options INTERFACE BOOST_ASIO_DISABLE_STD_ATOMIC)
endif()

# doorward_library(NAME SOURCES a.cpp ... [PUBLIC lib ...] [PRIVATE lib ...])
function(doorward_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE doorward_options ${ARG_PRIVATE})
  target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
endfunction()

# doorward_program(NAME SOURCES a.cpp ... LIBRARIES lib ...)
function(doorward_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} ${DOORWARD_SANITIZER_SOURCES})
  target_link_libraries(${name} PRIVATE doorward_options ${ARG_LIBRARIES})
endfunction()

# doorward_test(NAME SOURCES a_test.cpp ... LIBRARIES lib ...): one Catch2 program, one ctest entry.
function(doorward_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} ${DOORWARD_SANITIZER_SOURCES})
  target_link_libraries(${name} PRIVATE doorward_options ${ARG_LIBRARIES} Catch2::Catch2WithMain)
  target_compile_definitions(${name} PRIVATE DOORWARD_SOURCE_DIR="${CMAKE_SOURCE_DIR}" DOORWARD_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)
endfunction()

# doorward_fuzz(NAME SOURCES x_fuzz.cpp LIBRARIES lib ...): a libFuzzer program in the fuzz preset; in every other
# build a program that replays tests/fuzz/corpus/NAME as a test.
function(doorward_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  if(DOORWARD_FUZZ)
    add_executable(${name} ${ARG_SOURCES})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    if(NOT TARGET doorward_fuzz_targets)
      add_custom_target(doorward_fuzz_targets)
    endif()
    add_dependencies(doorward_fuzz_targets ${name})
  else()
    add_executable(${name} ${ARG_SOURCES} "${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp")
    add_test(NAME ${name} COMMAND ${name} "${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name}")
  endif()
  target_link_libraries(${name} PRIVATE doorward_options ${ARG_LIBRARIES})
endfunction()

# doorward_embed_sql(TARGET NAMESPACE file.sql ...): numbered migrations become a constexpr array in
# generated/<path of the calling folder>/migrations.h, so the .sql files are the only definition of a schema.
function(doorward_embed_sql target namespace)
  file(RELATIVE_PATH folder "${CMAKE_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  set(header "${CMAKE_BINARY_DIR}/generated/${folder}/migrations.h")
  set(files "")
  foreach(file IN LISTS ARGN)
    list(APPEND files "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
  endforeach()
  add_custom_command(OUTPUT "${header}"
    COMMAND ${CMAKE_COMMAND} "-DNAMESPACE=${namespace}" "-DOUTPUT=${header}" "-DFILES=${files}" -P "${CMAKE_SOURCE_DIR}/cmake/EmbedSql.cmake"
    DEPENDS ${files} "${CMAKE_SOURCE_DIR}/cmake/EmbedSql.cmake" VERBATIM)
  target_sources(${target} PRIVATE "${header}")
  add_custom_target(${target}_migrations DEPENDS "${header}")
  add_dependencies(${target} ${target}_migrations)
  set_property(GLOBAL APPEND PROPERTY DOORWARD_GENERATED ${target}_migrations)
endfunction()
