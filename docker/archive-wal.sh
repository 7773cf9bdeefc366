#!/bin/sh
# PostgreSQL's archive_command: `archive-wal.sh %p %f FOLDER`. Ends with 0 only when the segment is on the disk of FOLDER.
# PostgreSQL may offer a segment again after a crash: the same content is accepted, other content under that name is refused.
set -eu
segment=$1 name=$2 folder=$3
if [ -e "$folder/$name" ]; then
  cmp -s "$segment" "$folder/$name"
  exit
fi
cp "$segment" "$folder/.$name.part"
sync "$folder/.$name.part"
mv "$folder/.$name.part" "$folder/$name"
sync "$folder"
