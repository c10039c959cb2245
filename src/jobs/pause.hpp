// How long to wait before trying once more what did not work.
#pragma once

#include <chrono>

namespace sextant::jobs {

// `first` after the first failure, twice as long after each further one, never over `longest`; of
// that a random part between half and all, so that those who failed together do not come back
// together. `random` is from 0 to 1.
std::chrono::milliseconds growing_pause(int failures, std::chrono::milliseconds first,
                                        std::chrono::milliseconds longest, double random);

double random_fraction();

}  // namespace sextant::jobs
