#include "tests/desktop-client/private_machine.h"

int main(int argc, char** argv) {
    return doorward::tests::run_in_private_machine(argc, argv, {"/tmp", "/var/tmp", "/dev/shm", "/var/spool"});
}
