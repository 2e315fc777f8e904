# shellcheck shell=bash
# Images: built or pulled by Docker, then brought to where the cluster finds them.

# build_image TARGET NAME: prints NAME:TAG. The tag is the content's, so an unchanged tree makes no new revision.
build_image() {
  local id log
  docker info >/dev/null 2>&1 || die "Docker does not respond" "start Docker, or give an image: IMAGE=registry.example.com/team/kaggle-data-api:1"
  say "building the image $2"
  log=$(mktemp)
  if ! docker build --progress plain --target "$1" --iidfile "$log.id" \
    --build-arg NODE_IMAGE="${NODE_IMAGE:-$(pinned_image node-build)}" \
    --build-arg RUNTIME_IMAGE="${RUNTIME_IMAGE:-$(pinned_image node-runtime)}" "$ROOT" >"$log" 2>&1; then
    { grep -i error "$log" || cat "$log"; } | head -n 20 >&2
    die "docker build failed, its whole output is in $log" "docker build --target $1 $ROOT"
  fi
  id=$(cat "$log.id")
  rm "$log" "$log.id"
  id=${id#sha256:}
  docker tag "$id" "$2:${id:0:12}"
  printf '%s:%s\n' "$2" "${id:0:12}"
}

# dev.local is a name for which Knative asks no registry.
image_prefix() { printf '%s\n' "${REGISTRY:-dev.local}"; }

# deliver IMAGE: makes a local image available to the cluster; nothing when the node has it already.
deliver() {
  local image=$1
  if [ -n "$REGISTRY" ]; then
    say "pushing $image"
    docker push --quiet "$image" >/dev/null || die "$REGISTRY does not take the image" "docker login ${REGISTRY%%/*}"
    return
  fi
  on_every_node "$image" && return
  say "loading $image"
  if [ -n "$IMAGE_LOADER" ]; then
    docker save "$image" | bash -c "$IMAGE_LOADER" >&2 || die "IMAGE_LOADER failed: $IMAGE_LOADER" "docker save $image | $IMAGE_LOADER"
  elif [ "$CLUSTER" = kind ]; then
    kind load docker-image --name "$KIND_NAME" "$image" >&2 || die "kind does not load $image" "kind load docker-image --name $KIND_NAME $image"
  else
    die "there is no way to bring the image to this cluster" \
      "make -C knative CLUSTER=existing REGISTRY=registry.example.com/team app (or IMAGE_LOADER='command that reads docker save')"
  fi
}

on_every_node() {
  local nodes having
  nodes=$(kubectl get nodes -o name | wc -l)
  having=$(kubectl get nodes -o 'jsonpath={range .items[*].status.images[*]}{.names}{"\n"}{end}' | grep -cF "\"$1\"")
  [ "$having" -ge "$nodes" ]
}

# third_party IMAGE: tags a published image as ours, delivers it, prints its name.
third_party() {
  local source=$1 name=${1##*/} image
  name=${name%@*}
  image=$(image_prefix)/$name
  docker image inspect "$source" >/dev/null 2>&1 || docker pull --quiet "$source" >&2 ||
    die "the image $source is not here and cannot be pulled" "docker pull $source"
  docker tag "$source" "$image"
  deliver "$image"
  printf '%s\n' "$image"
}

# The parts of repository[:tag][@digest]; a registry's port is no tag.
digest_of() { [[ $1 != *@* ]] || printf '%s\n' "${1#*@}"; }
tag_of() {
  local name=${1%@*}
  [[ ${name##*/} != *:* ]] || printf '%s\n' "${name##*:}"
}
repository_of() {
  local name=${1%@*}
  if [[ ${name##*/} == *:* ]]; then name=${name%:*}; fi
  printf '%s\n' "$name"
}

# image_values IMAGE: as an argument of helm.
image_values() {
  printf '%s\n' "--set-string=image.repository=$(repository_of "$1"),image.tag=$(tag_of "$1"),image.digest=$(digest_of "$1")"
}
