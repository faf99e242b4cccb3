#pragma once
#include "desktop-client/agent/accounts/account_service.h"

#include <sys/types.h>

#include <vector>

namespace doorward::agent {

// Removes the shared memory, semaphores and message queues that belong to the uid, or that it made: those of System V
// and POSIX message queues. (POSIX shared memory and semaphores are files in /dev/shm.) For its processes to have ended
// before. Where the agent may not remove one, logind does (RemoveIPC=, its default); what is there after 12 s is
// reported.
void remove_ipc_objects(uid_t uid, std::vector<Remainder>& remains);

}  // namespace doorward::agent
