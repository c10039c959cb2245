// What an operator can set about Leads.
#pragma once

namespace sextant::leads {

struct Settings {
  bool delete_on_unstar = false;   // a star that is taken back takes its lead along
  bool announce_backfill = false;  // leads from archives are announced as fresh ones are
  // Leads kept over quota are shown when the next month has room; off: when the plan rises.
  bool release_at_month_turn = false;
};

}  // namespace sextant::leads
