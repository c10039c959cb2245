// Lists with weights, as Accept and Accept-Encoding carry them: "gzip;q=0.5, zstd, *;q=0".
#pragma once

#include <string_view>

namespace sextant::http {

struct Weighted {
  std::string_view name;  // "text/csv", "*"; its parameters are left out
  double weight = 1;      // 0 means: not this
};

// Takes the next element off the front of the list; false when there is none.
bool take_weighted(std::string_view& list, Weighted& element);

}  // namespace sextant::http
