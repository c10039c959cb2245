// The table of routes: which handler answers a method and a path. Where several patterns fit, one
// without names wins, then the one added first.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/response.hpp"

namespace sextant::http {

// Blocking, called on many threads at once. An error becomes a problem answer.
using Handler = std::function<Result<Response>(const Request&)>;

// Where the server runs a handler: quick ones (microseconds to a few milliseconds, an embedded
// store) on the event loop itself, slow ones on a worker thread.
enum class Cost { quick, slow };

struct Route {
  Method method = Method::get;  // get answers HEAD too
  std::string pattern;          // "/api/v1/pull-requests/{id}"; a last "{name...}" takes the rest
  Handler handler;
  Cost cost = Cost::slow;
};

// The body of a problem, for APIs that write it otherwise than the rest.
using ProblemShape = std::string (*)(int status, const Problem& problem);

class Router {
 public:
  void add(Route route);
  // What answers where no route does (404) instead of the plain one; sees the method and path.
  void set_fallback(Handler fallback) { fallback_ = std::move(fallback); }

  // Problems at paths that begin so are written so.
  void set_problem_shape(std::string path_prefix, ProblemShape shape) {
    shaped_prefix_ = std::move(path_prefix);
    problem_shape_ = shape;
  }

  // Writes a problem as the path's API does.
  void shape(std::string_view path, Response& response) const;

  const std::vector<Route>& routes() const { return routes_; }

  // The route for the request, its path_values filled in; null where there is none.
  const Route* find(Request& request) const;
  // Runs the route's handler, or answers 404, or 405 with Allow. What a handler throws or fails
  // with inside is logged under the request's id and answered with a 500.
  Response handle(Request& request, const Route* route) const;

 private:
  Result<Response> answer(const Request& request, const Route* route) const;
  Response answer_always(const Request& request, const Route* route) const;
  std::string allowed_methods(std::string_view path) const;  // empty where no route has the path

  std::vector<Route> routes_;
  Handler fallback_;
  std::string shaped_prefix_;
  ProblemShape problem_shape_ = nullptr;
};

}  // namespace sextant::http
