{{- /* For NOTES.txt: of each workload how to reach it, and which values are written elsewhere now. */ -}}
{{- define "kda-common.notes" -}}
{{- $given := include "kda-common.given" . | fromYaml }}
{{- $workloads := include "kda-common.effective" (dict "root" . "given" $given) | fromYaml }}
{{- range $key := include "kda-common.order" $workloads | fromYamlArray }}
{{- $ctx := set (omit $ "Values") "Values" (get $workloads $key) }}
{{ $key }}:
{{- include (printf "%s.notes" (include "kda-common.library" $ctx.Values.kind)) $ctx | trim | nindent 2 }}
{{ end }}
{{- range $from, $to := include "kda-common.moved" . | fromYaml }}
{{- if hasKey $.Values $from }}
DEPRECATED: the next release does not know {{ $from }}: write {{ $to }} instead.
{{- end }}
{{- end }}
{{- end -}}
