#include "http/router.hpp"

#include <algorithm>
#include <exception>

namespace sextant::http {
namespace {

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::del:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      break;
  }
  return "";
}

bool serves(Method route, Method asked) {
  return route == asked || (route == Method::get && asked == Method::head);
}

std::string_view take_segment(std::string_view& path) {
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

// Whether the path fits a pattern with names; what they stand for goes to `values`. Both without
// their first '/'.
bool fits(std::string_view pattern, std::string_view path, Pairs* values) {
  const auto count = [](std::string_view text) {
    return std::count(text.begin(), text.end(), '/');
  };
  const bool takes_rest = pattern.ends_with("...}");
  if (takes_rest ? count(path) < count(pattern) : count(path) != count(pattern)) return false;
  while (!pattern.empty()) {
    std::string_view expected = take_segment(pattern);
    const bool is_rest = pattern.empty() && takes_rest;
    const std::string_view found = is_rest ? path : take_segment(path);
    if (!expected.starts_with('{')) {
      if (expected != found) return false;
      continue;
    }
    if (found.empty() && !is_rest) return false;
    expected.remove_prefix(1);
    expected.remove_suffix(is_rest ? 4 : 1);
    if (values) values->emplace_back(expected, found);
  }
  return true;
}

bool has_names(const Route& route) {
  return route.pattern.find('{') != std::string::npos;
}

bool fits(const Route& route, std::string_view path, Pairs* values) {
  if (!has_names(route)) return route.pattern == path;
  return path.starts_with('/') &&
         fits(std::string_view(route.pattern).substr(1), path.substr(1), values);
}

}  // namespace

void Router::add(Route route) {
  routes_.push_back(std::move(route));
}

const Route* Router::find(Request& request) const {
  request.path_values.clear();
  for (const Route& route : routes_)
    if (serves(route.method, request.method) && route.pattern == request.path) return &route;
  for (const Route& route : routes_) {
    if (!serves(route.method, request.method) || !has_names(route)) continue;
    if (fits(route, request.path, &request.path_values)) return &route;
    request.path_values.clear();
  }
  return nullptr;
}

std::string Router::allowed_methods(std::string_view path) const {
  std::string allowed;
  for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                              Method::del, Method::options}) {
    const bool served = std::any_of(routes_.begin(), routes_.end(), [&](const Route& route) {
      return serves(route.method, method) && fits(route, path, nullptr);
    });
    if (!served) continue;
    if (!allowed.empty()) allowed += ", ";
    allowed += name_of(method);
  }
  return allowed;
}

Result<Response> Router::answer(const Request& request, const Route* route) const {
  if (route) return route->handler(request);
  if (const std::string allowed = allowed_methods(request.path); !allowed.empty()) {
    Response response = problem(405, "method_not_allowed", "this path answers " + allowed);
    response.headers.emplace_back("Allow", allowed);
    return response;
  }
  if (fallback_) return fallback_(request);
  return problem(404, "not_found", "there is nothing at this path");
}

Response Router::answer_always(const Request& request, const Route* route) const {
  try {
    Result<Response> response = answer(request, route);
    return response ? *std::move(response) : problem(response.error(), request);
  } catch (const std::exception& thrown) {
    return problem({ErrorKind::internal, thrown.what()}, request);
  } catch (...) {
    return problem({ErrorKind::internal, "a handler threw what is no exception"}, request);
  }
}

void Router::shape(std::string_view path, Response& response) const {
  if (problem_shape_ && response.problem &&
      (path.starts_with(shaped_prefix_) ||
       path == std::string_view(shaped_prefix_).substr(0, shaped_prefix_.size() - 1)))
    response.body = problem_shape_(response.status, *response.problem);
}

Response Router::handle(Request& request, const Route* route) const {
  Response response = answer_always(request, route);
  shape(request.path, response);
  return response;
}

}  // namespace sextant::http
