#include "http/router.hpp"

#include <gtest/gtest.h>

#include "base/log.hpp"

#include <stdexcept>

namespace sextant::http {
namespace {

Handler says(std::string text) {
  return [text](const Request&) -> Result<Response> { return json(text); };
}

struct Answered {
  int status;
  std::string body;
  Pairs headers;
};

class RouterTest : public ::testing::Test {
 protected:
  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override { log::set_level(log::Level::info); }

  Answered ask(Method method, std::string path) {
    request = {};
    request.method = method;
    request.path = std::move(path);
    Response response = router.handle(request, router.find(request));
    return {response.status, std::get<std::string>(response.body), response.headers};
  }

  Router router;
  Request request;
};

TEST_F(RouterTest, FindsLiteralPathsBeforeNames) {
  router.add({Method::get, "/items/{id}", says("item"), Cost::quick});
  router.add({Method::get, "/items/new", says("new"), Cost::quick});
  EXPECT_EQ(ask(Method::get, "/items/new").body, "new");
  EXPECT_EQ(ask(Method::get, "/items/7").body, "item");
  EXPECT_EQ(request.path_value("id"), "7");
  EXPECT_EQ(request.path_value("other"), "");
}

TEST_F(RouterTest, TakesSegmentsApart) {
  router.add({Method::get, "/a/{x}/b/{y}", says("two"), Cost::quick});
  router.add({Method::get, "/files/{path...}", says("rest"), Cost::quick});
  EXPECT_EQ(ask(Method::get, "/a/1/b/2").body, "two");
  EXPECT_EQ(request.path_values, (Pairs{{"x", "1"}, {"y", "2"}}));
  EXPECT_EQ(ask(Method::get, "/a/1/c/2").status, 404);
  EXPECT_EQ(request.path_values, Pairs{});
  EXPECT_EQ(ask(Method::get, "/a//b/2").status, 404);
  EXPECT_EQ(ask(Method::get, "/a/1/b/2/").status, 404);
  EXPECT_EQ(ask(Method::get, "/a/1/b").status, 404);
  EXPECT_EQ(ask(Method::get, "/files/x/y.js").body, "rest");
  EXPECT_EQ(request.path_value("path"), "x/y.js");
  EXPECT_EQ(ask(Method::get, "/files/").status, 200);
  EXPECT_EQ(request.path_value("path"), "");
  EXPECT_EQ(ask(Method::get, "/files").status, 404);
}

TEST_F(RouterTest, AnswersHeadWhereThereIsGet) {
  router.add({Method::get, "/a", says("a"), Cost::quick});
  EXPECT_EQ(ask(Method::head, "/a").status, 200);
}

TEST_F(RouterTest, AnswersAnotherMethodWith405AndAllow) {
  router.add({Method::get, "/a/{x}", says("get"), Cost::quick});
  router.add({Method::del, "/a/{x}", says("delete"), Cost::quick});
  for (const Method method :
       {Method::post, Method::put, Method::patch, Method::options, Method::other}) {
    const Answered answered = ask(method, "/a/1");
    EXPECT_EQ(answered.status, 405);
    EXPECT_EQ(answered.headers, (Pairs{{"Allow", "GET, HEAD, DELETE"}}));
    EXPECT_NE(answered.body.find("method_not_allowed"), std::string::npos);
  }
}

TEST_F(RouterTest, AnswersUnknownPathsWith404OrTheFallback) {
  router.add({Method::get, "/a", says("a"), Cost::quick});
  EXPECT_EQ(ask(Method::get, "/b").body,
            R"({"statusCode":404,"error":"not_found","message":"there is nothing at this path"})");
  EXPECT_EQ(ask(Method::other, "/b").status, 404);
  router.set_fallback(
      [](const Request& r) -> Result<Response> { return problem(403, "forbidden", r.path); });
  EXPECT_EQ(ask(Method::get, "/b").status, 403);
  EXPECT_EQ(ask(Method::post, "/a").status, 405);
}

TEST_F(RouterTest, TurnsErrorsIntoProblems) {
  const std::pair<ErrorKind, int> statuses[] = {
      {ErrorKind::invalid, 400},    {ErrorKind::unauthorized, 401}, {ErrorKind::forbidden, 403},
      {ErrorKind::not_found, 404},  {ErrorKind::conflict, 409},     {ErrorKind::throttled, 429},
      {ErrorKind::unavailable, 503}};
  for (const auto& [kind, status] : statuses) {
    Router failing;
    failing.add({Method::get, "/",
                 [kind](const Request&) -> Result<Response> { return fail(kind, "because"); },
                 Cost::quick});
    Request asked;
    asked.path = "/";
    const Response response = failing.handle(asked, failing.find(asked));
    EXPECT_EQ(response.status, status);
    const bool is_told = kind != ErrorKind::unavailable;
    EXPECT_EQ(std::get<std::string>(response.body).find("because") != std::string::npos, is_told);
  }
}

TEST_F(RouterTest, KeepsInternalErrorsAndExceptionsToItself) {
  router.add(
      {Method::get, "/fails",
       [](const Request&) -> Result<Response> { return fail(ErrorKind::internal, "secret table"); },
       Cost::quick});
  router.add({Method::get, "/throws",
              [](const Request&) -> Result<Response> { throw std::runtime_error("secret table"); },
              Cost::quick});
  router.add(
      {Method::get, "/odd", [](const Request&) -> Result<Response> { throw 7; }, Cost::quick});
  for (const char* path : {"/fails", "/throws", "/odd"}) {
    const Answered answered = ask(Method::get, path);
    EXPECT_EQ(answered.status, 500);
    EXPECT_EQ(answered.body.find("secret"), std::string::npos);
    EXPECT_NE(answered.body.find("\"internal\""), std::string::npos);
  }
}

}  // namespace
}  // namespace sextant::http
