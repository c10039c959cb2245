#include "scoring/exclusions.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sextant::scoring {
namespace {

constexpr std::size_t files_listed = 200;

std::optional<ExclusionReason> reason_of(LineFate fate) {
  switch (fate) {
    case LineFate::comment:
      return ExclusionReason::comments;
    case LineFate::whitespace:
      return ExclusionReason::whitespace;
    case LineFate::moved:
      return ExclusionReason::moved;
    case LineFate::counts:
    case LineFate::blank:
      break;
  }
  return std::nullopt;
}

// Lines left out of files that count, for one reason.
struct LeftOut {
  int lines = 0;
  std::optional<std::uint32_t> file;
  bool in_several_files = false;
};

void list_lines(EffectiveChange& change) {
  std::array<LeftOut, 16> by_reason{};
  for (const ChangedHunk& hunk : change.hunks)
    for (std::uint32_t i = hunk.first; i < hunk.last; ++i) {
      const std::optional<ExclusionReason> reason = reason_of(change.lines[i].fate);
      if (!reason) continue;
      LeftOut& left_out = by_reason[static_cast<std::size_t>(*reason)];
      ++left_out.lines;
      if (left_out.file && *left_out.file != hunk.file) left_out.in_several_files = true;
      left_out.file = hunk.file;
    }
  for (std::size_t i = 0; i < by_reason.size(); ++i) {
    const LeftOut& left_out = by_reason[i];
    if (left_out.lines == 0) continue;
    change.exclusions.push_back(
        {.path = left_out.in_several_files ? "" : change.files[*left_out.file].file->path,
         .reason = static_cast<ExclusionReason>(i),
         .lines = left_out.lines});
  }
}

void list_files(EffectiveChange& change) {
  std::vector<const EffectiveFile*> excluded;
  for (const EffectiveFile& file : change.files)
    if (file.kind.kind == PathKind::excluded) excluded.push_back(&file);
  const auto lines = [](const EffectiveFile* f) {
    return f->file->lines_added + f->file->lines_removed;
  };
  const auto middle =
      excluded.begin() + static_cast<std::ptrdiff_t>(std::min(excluded.size(), files_listed));
  std::partial_sort(excluded.begin(), middle, excluded.end(), [&](const auto* a, const auto* b) {
    return std::tuple(-lines(a), std::string_view(a->file->path), a) <
           std::tuple(-lines(b), std::string_view(b->file->path), b);
  });
  for (auto file = excluded.begin(); file != middle; ++file)
    change.exclusions.push_back(
        {.path = (*file)->file->path, .reason = (*file)->kind.reason, .lines = lines(*file)});
  Exclusion unlisted{.path = "",
                     .reason = ExclusionReason::unlisted,
                     .files = static_cast<int>(excluded.end() - middle)};
  for (auto file = middle; file != excluded.end(); ++file) unlisted.lines += lines(*file);
  if (unlisted.files > 0) change.exclusions.push_back(std::move(unlisted));
}

}  // namespace

void count_lines(EffectiveChange& change) {
  for (const ChangedHunk& hunk : change.hunks) {
    EffectiveFile& file = change.files[hunk.file];
    for (std::uint32_t i = hunk.first; i < hunk.last; ++i) {
      if (change.lines[i].fate != LineFate::counts) continue;
      ++file.effective_lines;
      file.lines_outside_tests += !change.lines[i].is_test;
    }
  }
  for (EffectiveFile& file : change.files) {
    if (file.kind.kind == PathKind::excluded) {
      if (file.kind.reason == ExclusionReason::documentation)
        change.documentation_lines += file.file->lines_added;
      continue;
    }
    file.effective_lines += file.unread_added + file.unread_removed;
    if (file.kind.kind != PathKind::test)
      file.lines_outside_tests += file.unread_added + file.unread_removed;
    change.effective_lines += file.effective_lines;
    change.effective_files += file.effective_lines > 0;
  }
  list_files(change);
  list_lines(change);
}

}  // namespace sextant::scoring
