#!/bin/sh
# OpenSSH runs this for each prompt (SSH_ASKPASS): hands the prompt to the lab and prints the lab's answer.
# The two named pipes are made by ssh_session.ts.
printf '%s' "$1" >"$DOORWARD_ASKPASS/prompt"
IFS= read -r answer <"$DOORWARD_ASKPASS/answer"
printf '%s\n' "$answer"
