#!/bin/bash
# One part of a class per task of a Slurm array:   CLASS=/shared/class.zip RESULTS=/shared/results sbatch slurm-grade.sh
# Then:                                            RESULTS=/shared/results sbatch --dependency=afterany:JOB slurm-merge.sh
# Submitted again, all of it or some of its tasks (sbatch --array=3,5 …), it goes on where it was.
#SBATCH --job-name=grade
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=02:00:00
#SBATCH --signal=B:TERM@120
set -euo pipefail

class=${CLASS:?the zip or folder of submissions}
results=${RESULTS:?a folder that all nodes see}
assignment=${ASSIGNMENT:-self_attention}
parts=${PARTS:-8} # as in --array above; not SLURM_ARRAY_TASK_COUNT, which is another when some tasks are submitted again
part=$SLURM_ARRAY_TASK_ID

here=$(mktemp -d) # on the node's own disk: SQLite is not safe on a network file system
trap 'rm -rf "$here"' EXIT
mkdir -p "$results/part_$part" "$here/out"
cp "$results/part_$part"/results.db* "$here/out/" 2> /dev/null || true # of an earlier run

grader grade "$class" --assignment "$assignment" --out "$here/out" --shard "$part/$parts" \
  --jobs "${SLURM_CPUS_PER_TASK:-1}" --require restricted &
grader=$!
trap 'kill -TERM "$grader"' TERM # time is nearly up: finish what is being graded, and keep it
code=0
wait "$grader" || code=$?
if kill -0 "$grader" 2> /dev/null; then # the signal ended the waiting, not the grader
  code=0
  wait "$grader" || code=$?
fi
cp "$here/out"/results.db* "$results/part_$part/"
exit "$code"
