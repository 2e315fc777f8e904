{{- /*
For the Prometheus Operator. A Knative pod names its metrics port nowhere, as it may declare only one: there each pod is
found by the port that it declares, and asked on the other.
*/ -}}
{{- define "kda-service.servicemonitor" -}}
{{- $metrics := .Values.metrics }}
{{- if and $metrics.enabled $metrics.monitor.enabled }}
{{- $knative := eq .Values.kind "knative" }}
---
apiVersion: monitoring.coreos.com/v1
kind: {{ ternary "PodMonitor" "ServiceMonitor" $knative }}
metadata:
  {{- include "kda-common.metadata" (dict "ctx" . "name" (include "kda-common.workloadName" .) "labels" $metrics.monitor.labels) | nindent 2 }}
spec:
  selector:
    matchLabels:
      {{- include "kda-common.selectorLabels" . | nindent 6 }}
  {{ ternary "podMetricsEndpoints" "endpoints" $knative }}:
    - port: {{ ternary "user-port" "metrics" $knative }}
      path: {{ $metrics.path }}
      interval: {{ $metrics.monitor.interval }}
      {{- if $knative }}
      relabelings:
        - sourceLabels: [__meta_kubernetes_pod_ip]
          targetLabel: __address__
          replacement: $1:{{ $metrics.port }}
      {{- end }}
{{- end }}
{{- end -}}
