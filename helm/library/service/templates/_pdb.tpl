{{- define "kda-service.pdb" -}}
{{- $several := gt (include "kda-service.replicas" . | int) 1 }}
{{- $pdb := .Values.pdb }}
{{- if and (ne .Values.kind "knative") (ternary $several $pdb.enabled (kindIs "invalid" $pdb.enabled)) }}
{{ include "kda-common.object" (dict "ctx" . "is" "policy/v1 PodDisruptionBudget") }}
spec:
  selector:
    matchLabels:
      {{- include "kda-common.selectorLabels" . | nindent 6 }}
  {{- if kindIs "invalid" $pdb.minAvailable }}
  maxUnavailable: {{ ternary 1 $pdb.maxUnavailable (kindIs "invalid" $pdb.maxUnavailable) }}
  {{- else }}
  minAvailable: {{ $pdb.minAvailable }}
  {{- end }}
  # A pod that cannot become ready must not hold up the node it is on.
  unhealthyPodEvictionPolicy: AlwaysAllow
{{- end }}
{{- end -}}
