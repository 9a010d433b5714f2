/* commands.h: the commands of the command line, one function each.
 *
 * A command gets its own name as argv[0] and returns the exit status: 0, 1 for the notebook's or lesson's own
 * error, 2 for wrong usage, 130 when interrupted.
 */
#pragma once

int cw_command_bench (int argc, char **argv);
int cw_command_run (int argc, char **argv);
int cw_command_facts (int argc, char **argv);
int cw_command_draw (int argc, char **argv);
int cw_command_lesson (int argc, char **argv);
int cw_command_translate (int argc, char **argv);

/* The workbench: opens the files named in argv[1...]. */
int cw_gui_main (int argc, char **argv);
