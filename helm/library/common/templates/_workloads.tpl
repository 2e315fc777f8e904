{{- /* Every workload of the chart, each rendered by the library of its kind: the one line of an application chart. */ -}}
{{- define "kda-common.workloads" -}}
{{- $given := include "kda-common.given" . | fromYaml }}
{{- $workloads := include "kda-common.effective" (dict "root" . "given" $given) | fromYaml }}
{{- include "kda-common.check" (dict "root" . "given" $given "workloads" $workloads) }}
{{- $made := dict }}
{{- range $key := include "kda-common.order" $workloads | fromYamlArray }}
{{- $ctx := set (set (omit $ "Values") "Values" (get $workloads $key)) "Made" $made }}
{{- include "kda-common.hook" (dict "ctx" $ctx "weight" "-10") }}
{{- range list "configmap" "secret" "externalsecret" }}
{{- include (printf "kda-common.%s" .) $ctx }}
{{- end }}
{{- if ne (toString $ctx.Values.mode) "init" }}
{{- include "kda-common.serviceaccount" $ctx }}
{{- include "kda-common.rbac" $ctx }}
{{- include (printf "%s.networkpolicy" (include "kda-common.library" $ctx.Values.kind)) $ctx }}
{{- include "kda-common.hook" (dict "ctx" $ctx "weight" "0") }}
{{- include (printf "%s.objects" (include "kda-common.library" $ctx.Values.kind)) $ctx }}
{{- end }}
{{- end }}
{{- include "kda-common.extraobjects" . }}
{{- end -}}

{{- /* The library that renders a kind. */ -}}
{{- define "kda-common.library" -}}
{{- ternary "kda-job" "kda-service" (has . (list "job" "cronjob" "scaledjob")) -}}
{{- end -}}

{{- /* The workload that bears the release's name comes first, so that what all share is labelled as its own. */ -}}
{{- define "kda-common.order" -}}
{{- $first := list }}
{{- $others := list }}
{{- range $key, $values := . }}
{{- if $values.main }}{{ $first = append $first $key }}{{ else }}{{ $others = append $others $key }}{{ end }}
{{- end }}
{{- toYaml (concat $first $others) }}
{{- end -}}

{{- /* What Helm runs as a hook brings all it needs, as nothing else of the release may exist yet, and takes it away. */ -}}
{{- define "kda-common.hook" -}}
{{- with .ctx.Values.hook }}
{{- $_ := set $.ctx "Annotations" (dict
  "helm.sh/hook" (join "," .)
  "helm.sh/hook-weight" $.weight
  "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded") }}
{{- end }}
{{- end -}}
