# Options, flags and third-party libraries shared by every target.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Debug CACHE STRING "Build type" FORCE)
endif()

option(KOLLECT_TESTS "Build the tests" ON)
option(KOLLECT_BENCH "Make the target bench" OFF)
option(KOLLECT_FUZZ "Build the fuzz targets (clang only)" OFF)
set(KOLLECT_SANITIZE "" CACHE STRING "empty, address (with undefined) or thread")

find_program(KOLLECT_CCACHE ccache)
if(KOLLECT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # A precompiled header needs time macros and its own time stamp left out of the hash.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${KOLLECT_CCACHE})
endif()

add_library(kollect_flags INTERFACE)
target_compile_options(kollect_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wundef -Werror -fno-plt)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives of these in inlined standard containers.
  target_compile_options(kollect_flags INTERFACE -Wno-error=maybe-uninitialized -Wno-restrict)
  target_compile_options(kollect_flags INTERFACE $<$<CONFIG:Debug>:-fpch-preprocess>)
endif()
if(NOT KOLLECT_SANITIZE STREQUAL "")
  # An optimised, instrumented build warns of paths that do not exist; the dev build is the one that must be clean.
  target_compile_options(kollect_flags INTERFACE -Wno-error)
endif()
target_include_directories(kollect_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)

if(KOLLECT_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(KOLLECT_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
elseif(NOT KOLLECT_SANITIZE STREQUAL "")
  message(FATAL_ERROR "KOLLECT_SANITIZE is '${KOLLECT_SANITIZE}': use address or thread")
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
find_package(simdjson REQUIRED)
if(KOLLECT_TESTS)
  find_package(GTest REQUIRED)
endif()
