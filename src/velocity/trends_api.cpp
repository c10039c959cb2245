// Scores over time: of one contributor, and the matrix of all.
#include <algorithm>
#include <unordered_map>

#include "velocity/api_call.hpp"
#include "velocity/contributor_shape.hpp"
#include "velocity/daily_scores.hpp"
#include "velocity/periods.hpp"

namespace sextant::velocity {
namespace {

constexpr std::int64_t periods_default = 12;
constexpr std::int64_t periods_max = 52;

struct Axis {
  Interval interval = Interval::week;
  std::vector<Period> periods;
  // What a point of each period begins with: a page of the matrix has thousands of points.
  std::vector<std::string> openings;
};

struct Point {
  std::int64_t count = 0;
  std::int64_t total = 0;
};

Result<Axis> read_axis(const ApiCall& call) {
  Axis axis;
  if (const auto interval = call.request.parameter("interval"))
    axis.interval = TRY(parse_interval(*interval));
  const std::int64_t count =
      TRY(call.request.positive_integer("periods", periods_default, periods_max));
  axis.periods = last_periods(axis.interval, static_cast<int>(count), call.environment.clock.now());
  for (const Period& period : axis.periods)
    axis.openings.push_back("{\"period\":\"" + period.label + "\",\"average_score\":");
  return axis;
}

// One row of points per contributor, one point per period.
Result<std::vector<std::vector<Point>>> read_points(const ApiCall& call, const Axis& axis,
                                                    std::span<const Contributor> contributors) {
  std::vector<std::vector<Point>> points(contributors.size(),
                                         std::vector<Point>(axis.periods.size()));
  std::unordered_map<std::int64_t, std::vector<Point>*> points_of;
  std::vector<std::int64_t> identities;
  for (std::size_t i = 0; i < contributors.size(); ++i)
    for (const std::int64_t identity : contributors[i].identities) {
      points_of[identity] = &points[i];
      identities.push_back(identity);
    }
  std::int64_t identity = -1;
  std::vector<Point>* row = nullptr;
  TRY(read_score_sums(
      call.db, call.organization, identities, axis.interval, axis.periods.front().first,
      axis.periods.back().end, [&](const ScoreSum& sum) {
        if (identity != sum.identity) row = points_of[identity = sum.identity];
        const auto period =
            std::ranges::upper_bound(axis.periods, sum.first_day, {}, &Period::first);
        Point& point = (*row)[static_cast<std::size_t>(period - axis.periods.begin() - 1)];
        point.count += sum.count;
        point.total += sum.total;
      }));
  return points;
}

void append_axis(json::Writer& json, const Axis& axis) {
  json.key("interval").string(name(axis.interval));
  json.key("periods").begin_array();
  for (const Period& period : axis.periods) json.string(period.label);
  json.end_array();
}

void append_points(json::Writer& json, const Axis& axis, const std::vector<Point>& points) {
  json.key("points").begin_array();
  std::string point;
  for (std::size_t i = 0; i < points.size(); ++i) {
    point = axis.openings[i];
    if (const auto average = average_score(points[i].count, points[i].total))
      json::append_integer(point, *average);
    else
      point += "null";
    point += ",\"total_score\":";
    json::append_integer(point, points[i].total);
    point += '}';
    json.raw(point);
  }
  json.end_array();
}

}  // namespace

Result<http::Response> show_contributor_trends(const ApiCall& call) {
  const auto snapshot = TRY(db::Snapshot::begin(call.db));
  const Names names = TRY(read_names(call, call.db));
  const Axis axis = TRY(read_axis(call));
  const Contributor* contributor = TRY(named_contributor(call, *names.directory));
  std::string version = answer_version(call, names.versions, axis.periods.back().label);
  if (auto unchanged = http::not_modified(call.request, version)) return *std::move(unchanged);

  const auto points = TRY(read_points(call, axis, {contributor, 1}));
  std::string body;
  json::Writer json(body);
  json.begin_object();
  append_identity(json, *contributor);
  append_axis(json, axis);
  append_points(json, axis, points.front());
  json.end_object();
  http::Response response = http::json(std::move(body));
  response.version = std::move(version);
  return response;
}

Result<http::Response> list_contributor_trends(const ApiCall& call) {
  const auto snapshot = TRY(db::Snapshot::begin(call.db));
  const Names names = TRY(read_names(call, call.db));
  const Axis axis = TRY(read_axis(call));
  const ContributorPage page = TRY(read_contributor_page(call, *names.directory));
  std::string version = answer_version(call, names.versions, axis.periods.back().label);
  if (auto unchanged = http::not_modified(call.request, version)) return *std::move(unchanged);

  const auto points = TRY(read_points(call, axis, page.items));
  std::string body;
  json::Writer json(body);
  json.begin_object();
  append_axis(json, axis);
  json.key("contributors").begin_array();
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    json.begin_object();
    append_identity(json, page.items[i]);
    append_points(json, axis, points[i]);
    json.end_object();
  }
  json.end_array();
  json.key("next_cursor");
  if (page.next)
    json.string(*page.next);
  else
    json.null();
  json.end_object();
  http::Response response = http::json(std::move(body));
  response.version = std::move(version);
  return response;
}

}  // namespace sextant::velocity
