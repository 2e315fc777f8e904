{{- /* What is wrong with the values that every library shares, one problem a line. */ -}}
{{- define "kda-common.problems" -}}
{{- include "kda-common.problems.image" . }}
{{- include "kda-common.problems.profile" (dict "of" .Values "profiles" .Values.profiles "at" "") }}
{{- if ne .Values.kind "job" }}
{{- if .Values.mode }}
- mode: only a job runs by it; remove it, or set kind: job
{{- end }}
{{- if .Values.hook }}
- hook: Helm waits for a job, and a {{ .Values.kind }} never ends; remove it, or set kind: job
{{- end }}
{{- end }}
{{- range $name, $job := .Values.before }}
{{- $there := include "kda-common.volumes" $ | fromYaml }}
{{- range $volume := keys (include "kda-common.volumes" (set (omit $ "Values") "Values" $job) | fromYaml) }}
{{- if not (hasKey $there $volume) }}
- workloads.{{ $name }}.mode: workloads.{{ $.Values.key }} has no volume {{ $volume }}, which its init container mounts; add it there
{{- end }}
{{- end }}
{{- end }}
{{- if gt (len (include "kda-common.workloadName" .)) 63 }}
- component: the name {{ include "kda-common.workloadName" . }} has more than the 63 characters that Kubernetes allows: give the workload a shorter key, or set fullnameOverride
{{- end }}
{{- with .Values.externalDatabase }}
{{- if and .required (not .url) (not .existingSecret) }}
- externalDatabase is empty: set existingSecret to the name of a Secret that holds the database's URI, or url to the URI itself
{{- end }}
{{- if and .url .existingSecret }}
- externalDatabase: url and existingSecret are both set; keep one of them and set the other to ""
{{- end }}
{{- end }}
{{- range $key, $entry := .Values.secrets }}
{{- if ne 1 (len (pick $entry "data" "existingSecret" "externalSecret")) }}
- secrets.{{ $key }}: needs exactly one of data, existingSecret and externalSecret; set the others to null
{{- end }}
{{- with $entry.externalSecret }}
{{- if or (not (dig "store" "name" "" .)) (not .data) }}
- secrets.{{ $key }}.externalSecret: needs store.name, and in data at least one entry
{{- end }}
{{- end }}
{{- end }}
{{- range $key, $entry := .Values.configMaps }}
{{- if ne 1 (len (pick $entry "data" "existingConfigMap")) }}
- configMaps.{{ $key }}: needs exactly one of data and existingConfigMap; set the other to null
{{- end }}
{{- end }}
{{- include "kda-common.problems.volumes" . }}
{{- include "kda-common.problems.containers" . }}
{{- range $direction, $peers := dict "ingress" "from" "egress" "to" }}
{{- range $name, $flow := get $.Values.networkPolicy $direction }}
{{- if not (get $flow $peers) }}
- networkPolicy.{{ $direction }}.{{ $name }}.{{ $peers }} is missing: it would be everybody; name the peers
{{- end }}
{{- end }}
{{- end }}
{{- if and .Values.serviceAccount.rules (not .Values.serviceAccount.token) }}
- serviceAccount.rules: the pod has no token to use them with; set serviceAccount.token: true
{{- end }}
{{- end -}}

{{- define "kda-common.problems.profile" -}}
{{- if and .of.profile (not (hasKey .profiles .of.profile)) }}
- {{ .at }}profile: there is no {{ .of.profile }} in profiles; choose {{ keys .profiles | sortAlpha | join ", " }}, or add it
{{- end }}
{{- end -}}

{{- define "kda-common.problems.volumes" -}}
{{- $mounted := dict }}
{{- range $in := list .Values.initContainers .Values.sidecars }}
{{- range $container := $in }}{{ range $name, $_ := $container.mounts }}{{ $_ := set $mounted $name true }}{{ end }}{{ end }}
{{- end }}
{{- range $key, $entry := .Values.volumes }}
{{- $sources := omit $entry "mountPath" "subPath" "readOnly" }}
{{- if ne 1 (len $sources) }}
- volumes.{{ $key }}: needs exactly one source, such as emptyDir or persistentVolumeClaim, and has {{ keys $sources | sortAlpha | join ", " | default "none" }}; set the others to null
{{- end }}
{{- if and (not $entry.mountPath) (not (hasKey $mounted $key)) }}
- volumes.{{ $key }}.mountPath is missing: say where the container sees it
{{- end }}
{{- if and $entry.persistentVolumeClaim (not $entry.persistentVolumeClaim.claimName) }}
- volumes.{{ $key }}.persistentVolumeClaim.claimName is missing: name the claim
{{- end }}
{{- if and $entry.claim (ne $.Values.kind "statefulset") }}
- volumes.{{ $key }}.claim: only a statefulset makes claims; name one that exists in persistentVolumeClaim, or set kind: statefulset
{{- end }}
{{- end }}
{{- range $list, $containers := pick .Values "initContainers" "sidecars" }}
{{- range $container, $own := $containers }}
{{- range $name, $mount := $own.mounts }}
{{- if not (hasKey (include "kda-common.volumes" $ | fromYaml) $name) }}
- {{ $list }}.{{ $container }}.mounts.{{ $name }}: there is no such volume; add volumes.{{ $name }}
{{- else if not $mount.mountPath }}
- {{ $list }}.{{ $container }}.mounts.{{ $name }}.mountPath is missing: say where the container sees it
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Of the further containers of the pod: names and ports, which they share with the workload's, and images. */ -}}
{{- define "kda-common.problems.containers" -}}
{{- $ports := include "kda-common.ports" . | fromYaml }}
{{- $names := dict (include "kda-common.name" .) "the workload itself" }}
{{- range $list, $containers := pick .Values "initContainers" "sidecars" }}
{{- range $name, $own := $containers }}
{{- $path := printf "%s.%s" $list $name }}
{{- if hasKey $names $name }}
- {{ $path }}: {{ get $names $name }} has a container of that name; choose another
{{- end }}
{{- $_ := set $names $name $path }}
{{- include "kda-common.problems.profile" (dict "of" $own "profiles" $.Values.profiles "at" (printf "%s." $path)) }}
{{- $image := $own.image | default dict }}
{{- if and $image.repository (not $image.tag) (not $image.digest) }}
- {{ $path }}.image.tag is empty, as is image.digest: set one of them
{{- else if eq (toString $image.tag) "latest" }}
- {{ $path }}.image.tag: "latest" names another image every day: set an exact version, or image.digest
{{- end }}
{{- range $portName, $port := $own.ports }}
{{- $number := toString $port }}
{{- if hasKey $ports $number }}
- {{ $path }}.ports.{{ $portName }}: {{ $port }} is {{ get $ports $number }} too, and containers of a pod share them; set another one
{{- end }}
{{- $_ := set $ports $number (printf "%s.ports.%s" $path $portName) }}
{{- end }}
{{- range $probe, $own := $own.probes }}
{{- if and $own (not $own.command) (not $own.port) }}
- {{ $path }}.probes.{{ $probe }}: needs a port or a command; set one of them
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* The ports of the workload's own container, by number, and what they are called in the values. */ -}}
{{- define "kda-common.ports" -}}
{{- if .Values.port }}
{{ .Values.port | toString | quote }}: port
{{- end }}
{{- if dig "metrics" "enabled" false .Values }}
{{ .Values.metrics.port | toString | quote }}: metrics.port
{{- end }}
{{- range $name, $port := .Values.ports }}
{{ $port | toString | quote }}: ports.{{ $name }}
{{- end }}
{{- end -}}
