// Errors are values: a function that can fail returns Result<T>, and TRY hands an error up.
#pragma once

#include <expected>
#include <string>
#include <type_traits>
#include <utility>

namespace sextant {

// What the caller can do about it; http/problem.cpp makes status codes of these.
enum class ErrorKind {
  invalid,       // the input is wrong; the sentence says what would be right
  unauthorized,  // who are you?
  forbidden,     // you may not
  not_found,
  conflict,     // it is there already, or is in another state
  throttled,    // later
  unavailable,  // something we need is away or full; trying again may help
  internal,     // our mistake
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;  // a sentence for a person, without a full stop at its end
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, std::move(message)});
}

// Adds where it happened: context("read config", error) is "read config: ...".
inline std::unexpected<Error> context(const std::string& where, Error error) {
  error.message = where + ": " + error.message;
  return std::unexpected(std::move(error));
}

// The value of a result that has one.
template <typename T>
T take(Result<T>&& result) {
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace sextant

#define SEXTANT_TRY_NAMED(name, ...)                            \
  __extension__({                                               \
    auto name = (__VA_ARGS__);                                  \
    if (!name) return std::unexpected(std::move(name).error()); \
    sextant::take(std::move(name));                             \
  })
#define SEXTANT_TRY_COUNTED(counter, ...) SEXTANT_TRY_NAMED(sextant_try_##counter, __VA_ARGS__)
#define SEXTANT_TRY_EXPAND(counter, ...) SEXTANT_TRY_COUNTED(counter, __VA_ARGS__)

// The value of a Result, or return its error from the function around. Stands alone or initialises
// a local variable; inside braces (an aggregate or an argument list) g++ 12 leaks what was already
// built.
#define TRY(...) SEXTANT_TRY_EXPAND(__COUNTER__, __VA_ARGS__)
