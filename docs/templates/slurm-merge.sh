#!/bin/bash
# Joins what slurm-grade.sh graded, and writes the reports of the whole class into $RESULTS/class.
#SBATCH --job-name=merge
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=01:00:00
set -euo pipefail

results=${RESULTS:?the folder that slurm-grade.sh wrote into}

here=$(mktemp -d) # on the node's own disk, as before
trap 'rm -rf "$here"' EXIT
cp -R "$results"/part_* "$here/"
grader merge "$here"/part_* --out "$here/class"
mkdir -p "$results/class"
cp -R "$here/class/." "$results/class/"
