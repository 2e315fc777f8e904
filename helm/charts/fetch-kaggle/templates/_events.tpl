{{- define "fetch-kaggle.sink" -}}
{{- toYaml (dig "sink" dict (.Values.events | default dict)) -}}
{{- end -}}

{{- /* The values, with what follows from events.sink: the job's variables, and the flow to the sink. What env and networkPolicy say wins. */ -}}
{{- define "fetch-kaggle.values" -}}
{{- $sink := include "fetch-kaggle.sink" . | fromYaml }}
{{- $env := dict }}
{{- if $sink.url }}
{{- $_ := set $env "K_SINK" $sink.url }}
{{- with $sink.extensions }}{{ $_ := set $env "K_CE_OVERRIDES" (dict "extensions" . | toJson) }}{{ end }}
{{- end }}
{{- $flows := ternary (dict "sink" (pick $sink "to" "ports")) dict (not (empty $sink.to)) }}
{{- toYaml (mustMergeOverwrite (dict "env" $env "networkPolicy" (dict "egress" $flows)) (deepCopy .Values)) }}
{{- end -}}

{{- define "fetch-kaggle.problems" -}}
{{- $sink := include "fetch-kaggle.sink" . | fromYaml }}
{{- if and $sink.url $sink.ref }}
- events.sink: url and ref are both set; keep one of them, and set the other to "" or null
{{- else if or $sink.url $sink.ref }}
{{- $open := and (not $sink.ports) (regexMatch "^https://[^/:]+(:443)?(/|$)" ($sink.url | default "")) }}
{{- if not (or $sink.to $open (eq (toString (dig "enabled" true (.Values.networkPolicy | default dict))) "false")) }}
- events.sink.to is missing: the network policy would keep the job from the sink; name its pods or addresses
{{- end }}
{{- else if or $sink.to $sink.ports $sink.extensions }}
- events.sink: neither url nor ref is set, and to, ports and extensions have no effect without; set one of the two
{{- end }}
{{- end -}}

{{- /*
One binding for each kind that has pods: what a CronJob makes is bound as a Job.
https://knative.dev/docs/eventing/custom-event-source/sinkbinding/reference/
*/ -}}
{{- define "fetch-kaggle.bindings" -}}
{{- $sink := include "fetch-kaggle.sink" . | fromYaml }}
{{- if $sink.ref }}
{{- $values := include "kda-common.values" (dict "root" . "defaults" (list "kda-common.defaults")) | fromYaml }}
{{- $ctx := set (omit . "Values") "Values" (set $values "component" "events") }}
{{- $subjects := dict }}
{{- range $workload := $values.workloads }}
{{- if ne (toString $workload.enabled) "false" }}
{{- if eq $workload.kind "deployment" }}{{ $_ := set $subjects "Deployment" "apps/v1" }}{{ else }}{{ $_ := set $subjects "Job" "batch/v1" }}{{ end }}
{{- end }}
{{- end }}
{{- range $kind, $apiVersion := $subjects }}
{{ include "kda-common.object" (dict "ctx" $ctx "is" "sources.knative.dev/v1 SinkBinding" "name" (printf "%s-%s" (include "kda-common.fullname" $ctx) (lower $kind))) }}
spec:
  subject:
    apiVersion: {{ $apiVersion }}
    kind: {{ $kind }}
    selector:
      matchLabels:
        app.kubernetes.io/name: {{ include "kda-common.name" $ctx }}
        app.kubernetes.io/instance: {{ $.Release.Name }}
  sink:
    ref:
      {{- toYaml $sink.ref | nindent 6 }}
  {{- with $sink.extensions }}
  ceOverrides:
    extensions:
      {{- toYaml . | nindent 6 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
