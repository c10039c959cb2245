// The command line: reads options, runs the command, makes an exit status of what came out.
#pragma once

namespace sextant::app {

int run_command_line(int argc, char** argv);

}  // namespace sextant::app
