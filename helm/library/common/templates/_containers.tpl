{{- /*
The values of a further container, as YAML: its image and security context are the workload's, its memory the library's,
unless it says otherwise. (dict "ctx" $ "own" CONTAINER)
*/ -}}
{{- define "kda-common.containerValues" -}}
{{- $shared := deepCopy (pick .ctx.Values "image" "securityContext" "global") -}}
{{- if dig "image" "repository" "" .own }}{{ $_ := set $shared "image" (dict "tag" "" "digest" "" "pullPolicy" $shared.image.pullPolicy) }}{{ end -}}
{{- $_ := set $shared "profiles" .ctx.Values.profiles -}}
{{- $default := pick (include "kda-common.defaults" . | fromYaml) "resources" "profile" -}}
{{- toYaml (mustMergeOverwrite (dict "env" dict) $default $shared (deepCopy .own)) -}}
{{- end -}}

{{- /* Of `initContainers` or `sidecars`, by name: (dict "ctx" $ "containers" MAP "extra" DICT for each). */ -}}
{{- define "kda-common.containers" -}}
{{- $ctx := .ctx }}
{{- $extra := .extra | default dict }}
{{- range $name, $own := .containers }}
{{- $values := include "kda-common.containerValues" (dict "ctx" $ctx "own" $own) | fromYaml }}
{{- $mounts := list }}
{{- range $volume, $mount := $values.mounts }}{{ $mounts = append $mounts (merge (dict "name" $volume) $mount) }}{{ end }}
{{- $more := include "kda-common.containerExtra" $values | fromYaml }}
- {{ include "kda-common.containerOf" (dict "ctx" (set (omit $ctx "Values") "Values" $values) "name" $name
  "mounts" (ternary (toYaml $mounts) "" (gt (len $mounts) 0)) "extra" (merge $more $extra)) | nindent 2 | trim }}
{{- end }}
{{- end -}}

{{- /* Those of the values, and the jobs that run before this workload starts. */ -}}
{{- define "kda-common.initContainers" -}}
{{ include "kda-common.containers" (dict "ctx" . "containers" .Values.initContainers) | trim }}
{{- range $name, $job := .Values.before }}
{{- $ctx := set (omit $ "Values") "Values" $job }}
{{- $own := dict "mounts" (include "kda-common.volumeMounts" $ctx | trim) "envFrom" (include "kda-common.envFrom" $ctx | trim) }}
- {{ include "kda-common.containerOf" (merge (dict "ctx" $ctx "name" $name) $own) | nindent 2 | trim }}
{{- end }}
{{- end -}}

{{- define "kda-common.containerExtra" -}}
{{- with .ports }}
ports:
  {{- range $name, $port := . }}
  - name: {{ $name }}
    containerPort: {{ $port }}
  {{- end }}
{{- end }}
{{- range $name, $probe := .probes }}
{{ $name }}Probe:
  {{- include "kda-common.probe" (dict "probe" $probe "port" $probe.port) | nindent 2 }}
{{- end }}
{{- end -}}

{{- /*
A probe of a command, of a path, or of whether the port opens: (dict "probe" PROBE "port" PORT). A probe without
periodSeconds keeps Knative's fast probing (every 50 ms), so nothing is filled in here.
*/ -}}
{{- define "kda-common.probe" -}}
{{- if .probe.command -}}
exec:
  command:
    {{- toYaml .probe.command | nindent 4 }}
{{- else if .probe.path -}}
httpGet:
  path: {{ .probe.path }}
  port: {{ .port }}
{{- else -}}
tcpSocket:
  port: {{ .port }}
{{- end }}
{{- with omit .probe "path" "command" "port" }}
{{ toYaml . }}
{{- end }}
{{- end -}}
