{{- /* The workload's container: (dict "ctx" $ "env" DICT "extra" DICT), where extra holds ports, probes and lifecycle. */ -}}
{{- define "kda-common.container" -}}
{{- $mounts := include "kda-common.volumeMounts" .ctx | trim -}}
{{- $own := dict "name" (include "kda-common.name" .ctx) "mounts" $mounts "envFrom" (include "kda-common.envFrom" .ctx | trim) -}}
{{- include "kda-common.containerOf" (merge $own .) -}}
{{- end -}}

{{- /* Any container: (dict "ctx" $ "name" NAME "env" DICT "envFrom" YAML "mounts" YAML "extra" DICT). */ -}}
{{- define "kda-common.containerOf" -}}
{{- $ctx := .ctx -}}
name: {{ .name }}
image: {{ include "kda-common.image" $ctx | quote }}
imagePullPolicy: {{ $ctx.Values.image.pullPolicy }}
{{- range $key := list "command" "args" }}
{{- with get $ctx.Values $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- with include "kda-common.env" (dict "ctx" $ctx "env" .env) | trim }}
env:
  {{- . | nindent 2 }}
{{- end }}
{{- with .envFrom }}
envFrom:
  {{- . | nindent 2 }}
{{- end }}
{{- with .extra }}
{{ toYaml . }}
{{- end }}
resources:
  {{- include "kda-common.resources" $ctx | nindent 2 }}
securityContext:
  {{- toYaml $ctx.Values.securityContext | nindent 2 }}
{{- with .mounts }}
volumeMounts:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* Of the profile, with what the values say over it. */ -}}
{{- define "kda-common.resources" -}}
{{- toYaml (mustMergeOverwrite (get .Values.profiles .Values.profile | default dict | deepCopy) .Values.resources) -}}
{{- end -}}
