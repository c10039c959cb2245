// A .mailmap: which names and addresses are one person's, in git's four forms.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sextant::forge {

class Mailmap {
 public:
  struct Person {
    std::string name;
    std::string email;
    bool operator==(const Person&) const = default;
  };

  Mailmap() = default;
  // Lines that are no entry are passed over, as git does.
  explicit Mailmap(std::string_view content);

  // The name and address to show for those of a commit; themselves where no entry knows them.
  Person resolve(std::string_view name, std::string_view email) const;
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    std::string commit_name;  // folded; empty: whatever the name
    Person proper;            // an empty part stays as in the commit
  };
  void add(std::string_view line);
  std::unordered_map<std::string, std::vector<Entry>> entries_;  // by folded address
};

}  // namespace sextant::forge
