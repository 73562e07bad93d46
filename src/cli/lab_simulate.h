/* lab_simulate: `xtui lab --simulate N`: what builds would take on up to N machines. Its exit status. */
#pragma once

struct cli;

int lab_simulate(struct cli *cli);
